"""Logging in to ServiceNow."""

from base64 import b64encode
from collections.abc import Mapping

from etl.config import Source
from etl.connections import ServiceNow
from etl.sources.api.client import Client, Request
from etl.sources.errors import SourceError


def login(source: Source, connect: ServiceNow, client: Client) -> Mapping[str, str]:
    """The header that names the login: OAuth, else a token, else name and password."""
    if connect.client_id and connect.client_secret_env:
        return {"Authorization": f"Bearer {_token(source, connect, client)}"}
    if connect.token_env:
        return {"Authorization": f"Bearer {source.secret(connect.token_env)}"}
    assert connect.password_env is not None, "a connection without a login"
    pair = f"{connect.user}:{source.secret(connect.password_env)}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _token(source: Source, connect: ServiceNow, client: Client) -> str:
    """A new access token of OAuth."""
    assert connect.client_secret_env
    form = {"client_id": connect.client_id, "client_secret": source.secret(connect.client_secret_env)}
    if connect.user and connect.password_env:
        form |= {"grant_type": "password", "username": connect.user, "password": source.secret(connect.password_env)}
    else:
        form |= {"grant_type": "client_credentials"}
    answer = client.plain(Request("oauth_token.do", form=form))
    token = answer.json.get("access_token") if isinstance(answer.json, dict) else None
    if not token:
        raise SourceError(f"source '{source.name}': ServiceNow gives no access token. Check client_id and its grants.")
    return str(token)
