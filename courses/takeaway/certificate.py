"""A certificate → a tagged PDF of one page, made when it is asked for and kept for an hour."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.later import later
from courses.models import Certificate
from courses.takeaway.pdf import set_in_type
from courses.takeaway.typst import FONTS, escape, in_language, quoted

if TYPE_CHECKING:
    import segno
else:
    segno = later("segno")

_SECONDS = 60 * 60


def certificate_pdf(certificate: Certificate, address: str) -> bytes:
    """Return the PDF, which meets PDF/UA-1; `address` is where it can be verified. Raises CannotBeSet.

    It is kept under all that stands on it, in memory that forgets: nothing of a person is left in a file.
    """
    text = _text(certificate, address)
    key = f"certificate-{hashlib.sha256(text.encode()).hexdigest()}"
    made: bytes | None = cache.get(key)
    if made is None:
        made = set_in_type(text, {"code.svg": _code(address)}, made_at=certificate.issued_at)
        cache.set(key, made, _SECONDS)
    return made


def _text(certificate: Certificate, address: str) -> str:
    title = _("Certificate: %(title)s") % {"title": certificate.title}
    context = {
        "document": quoted(title),
        "fonts": ", ".join(map(quoted, FONTS)),
        "language": in_language(get_language() or "en"),
        "course_language": in_language(certificate.language),
        "name": escape(certificate.name),
        "wording": escape(certificate.wording),
        "title": escape(certificate.title),
        "date": escape(f"{certificate.issued_at:%-d %B %Y}"),
        "edition": escape(certificate.short_edition),
        "number": escape(certificate.number),
        "address": escape(address),
        "link": quoted(address),
    }
    return render_to_string("takeaway/certificate.typ", context)


def _code(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, micro=False).save(drawn, kind="svg", border=0, scale=4, dark="#1d2023")
    return drawn.getvalue().decode()
