"""What a page says, however its template is laid out."""


def source(page):
    """The HTML of a response with one space where there is any: a browser shows no more."""
    return " ".join(page.content.decode().split())
