"""Which device a session belongs to, in words that its owner knows it by."""

from django import template

register = template.Library()

# The first one found in what a browser says of itself: nearly all say "Safari", many "Chrome".
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "Android": "an Android device",
    "Windows": "a Windows computer",
    "Macintosh": "a Mac",
    "CrOS": "a Chromebook",
    "Linux": "a Linux computer",
}


@register.filter
def device(user_agent):
    """``Chrome on a Windows computer``."""
    browser, system = (
        next((words for sign, words in known.items() if sign in user_agent), None)
        for known in (BROWSERS, SYSTEMS)
    )
    return f"{browser or 'A browser'} on {system or 'a device'}"
