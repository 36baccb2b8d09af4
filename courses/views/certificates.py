"""A certificate: the page that tells whether it is genuine, its PDF, choosing its name, and revoking it."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.http import SignedInRequest, outside_address, render_page, viewer_of
from courses.models import Certificate
from courses.models.certificates import MAX_REASON
from courses.reports.people import shown_name
from courses.services.certificates import name_certificate, restore_certificate, revoke_certificate
from courses.takeaway.certificate import certificate_pdf


@require_GET
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Say what a certificate says and whether it holds; show its owner and its revokers what they can do.

    Anyone with the number sees what stands on the paper, and no more. 410 once the person was erased.
    """
    user = viewer_of(request)
    found = get_object_or_404(Certificate.objects.select_related("course"), number=number.upper())
    is_own = found.user_id == user.pk
    may_revoke = Certificate.objects.revocable_by(user).filter(pk=found.pk).exists()
    context = {
        "certificate": found,
        # One without a name yet is not made out: it is there for its owner alone.
        "is_made_out": bool(found.name) and not found.is_erased,
        "is_own": is_own,
        "own_name": shown_name(request.user) if is_own else "",
        "may_revoke": may_revoke and not found.is_erased,
        "longest": MAX_REASON,
    }
    response = render_page(request, "courses/certificate.html", context, status=410 if found.is_erased else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_GET
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Give the person the paper itself, while it holds."""
    user = cast("SignedInRequest", request).user
    found = get_object_or_404(Certificate.objects.of(user).in_force().exclude(name=""), number=number.upper())
    address = outside_address(request, found.get_absolute_url())
    response = HttpResponse(certificate_pdf(found, address), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="certificate-{found.number}.pdf"'
    return response


@login_required
@require_POST
def name(request: HttpRequest, number: str) -> HttpResponse:
    """Make the certificate out to the name the person has chosen by now."""
    user = cast("SignedInRequest", request).user
    found = get_object_or_404(Certificate.objects.of(user).in_force(), number=number.upper())
    chosen = shown_name(user)
    if not chosen:
        messages.error(request, _("Choose your name first: Account → Name."))
        return redirect("courses:name")
    name_certificate(certificate=found, name=chosen)
    return redirect(found)


@login_required
@require_POST
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    """Revoke a certificate with a reason; with `restore`, take that back."""
    user, now = cast("SignedInRequest", request).user, timezone.now()
    found = get_object_or_404(Certificate.objects.revocable_by(user).filter(is_erased=False), number=number.upper())
    if request.POST.get("restore") == "on":
        restore_certificate(certificate=found, actor=user, now=now)
        messages.success(request, _("The certificate holds again. The person is told."))
    else:
        reason = request.POST.get("reason", "")[:MAX_REASON]
        revoke_certificate(certificate=found, actor=user, reason=reason, now=now)
        messages.success(request, _("The certificate is revoked. The person is told, with your reason."))
    return redirect(found)
