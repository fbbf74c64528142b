"""How partner platforms sign in. The same in every environment."""

OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.Client"
OAUTH2_PROVIDER = {
    # Client credentials and nothing else: no person ever hands their rights to a platform here.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "accounts.api.tokens.Validator",
    "SCOPES_BACKEND_CLASS": "accounts.api.tokens.Scopes",
    "APPLICATION_ADMIN_CLASS": "accounts.admin.Clients",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 900,
    "CLIENT_SECRET_GENERATOR_LENGTH": 64,
    # Of tokens, too, only hashes are kept. The rest closes ways in that we do not have.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}
