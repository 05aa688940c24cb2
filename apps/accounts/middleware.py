"""The required second factor (design, section 4). allauth leaves this policy to the site."""


class SecondFactorMiddleware:
    """Placeholder until accounts lands: lets everything through."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)
