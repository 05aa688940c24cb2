import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/", "/privacy/", "/accessibility/", "/help/", "/worried/", "/healthz"]
)
def test_public_pages_answer_without_signing_in(client, path):
    assert client.get(path).status_code == 200
