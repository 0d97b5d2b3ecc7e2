"""What the library is told that gives tokens to systems (OAuth 2.0, client credentials)."""

from django.utils.translation import gettext_lazy as _

# The best current practice of RFC 9700, all of it: tokens are kept as hashes, and no grant but ours is offered.
BEST_PRACTICE = (
    "IMPLICIT_GRANT", "PASSWORD_GRANT", "PKCE_METHOD", "ACCESS_TOKEN_TRANSPORT", "AUTHZ_RESPONSE_ISS",
    "TOKEN_STORAGE", "REFRESH_TOKEN", "REDIRECT_URI_SCHEME", "REDIRECT_URI_MATCHING", "PKCE_REQUIRED",
)  # fmt: skip
OPTIONS = {
    "SCOPES": {"laes": _("læse"), "skriv": _("indberette"), "aftaler": _("dataaftaler")},
    "SCOPES_BACKEND_CLASS": "registry.credentials.Scopes",
    "OAUTH2_VALIDATOR_CLASS": "registry.credentials.Validator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "CLIENT_SECRET_GENERATOR_LENGTH": 64,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    **{f"COMPLIANT_BCP_RFC9700_{name}": True for name in BEST_PRACTICE},
}
# What the OpenAPI document says of it
TAGS = [
    {"name": "Læsning", "description": _("Åbent for alle.")},
    {"name": "Med token", "description": _("For systemer med en nøgle fra STIL.")},
]
COMPONENTS = {
    "securitySchemes": {
        "oauth2": {
            "type": "oauth2",
            "description": _("En nøgle fra STIL (client_id og client_secret) giver et token, der gælder i en time."),
            "flows": {"clientCredentials": {"tokenUrl": "/o/token/", "scopes": OPTIONS["SCOPES"]}},
        }
    }
}
DESCRIBED = {"TAGS": TAGS, "APPEND_COMPONENTS": COMPONENTS}
