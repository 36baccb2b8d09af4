"""Addresses of accounts: allauth's own, but for those of the second factor, which are read once they are asked for.

Few requests are for them, and they read the libraries of security keys, which this site does not offer.
"""

from django.urls import include, path

from courses.later import later_view

_MFA = "allauth.mfa"

urlpatterns = [
    path("", include("allauth.account.urls")),
    path("2fa/", later_view(f"{_MFA}.base.views.index"), name="mfa_index"),
    path("2fa/authenticate/", later_view(f"{_MFA}.base.views.authenticate"), name="mfa_authenticate"),
    path("2fa/reauthenticate/", later_view(f"{_MFA}.base.views.reauthenticate"), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", later_view(f"{_MFA}.totp.views.activate_totp"), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", later_view(f"{_MFA}.totp.views.deactivate_totp"), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/",
        later_view(f"{_MFA}.recovery_codes.views.view_recovery_codes"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        later_view(f"{_MFA}.recovery_codes.views.generate_recovery_codes"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        later_view(f"{_MFA}.recovery_codes.views.download_recovery_codes"),
        name="mfa_download_recovery_codes",
    ),
]
