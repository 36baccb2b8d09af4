"""Finding in a text what a course has names for: people, terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from courses.rendering.folding import fold


class Names:
    """Names by the key of what they name. A name is found whole, whatever its case, accents and hyphens."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._keys: dict[str, str] = {}
        for key, forms in names.items():
            for form in filter(None, map(fold, forms)):
                self._keys.setdefault(form, key)
        # The longest first, so that Anna Maria is not found in Anna Maria Luisa.
        forms = sorted(self._keys, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)") if forms else None

    def found_in(self, text: str) -> list[str]:
        """Return the keys of what is named, in the order it is met."""
        if self._pattern is None:
            return []
        return list(dict.fromkeys(self._keys[found] for found in self._pattern.findall(fold(text))))


def orders_of(name: str) -> list[str]:
    """Return a person's name with the family name first and last; a name of one word is too little to know them by.

    >>> orders_of("Ada Lovelace"), orders_of("Sun Yat Sen")
    (['Ada Lovelace', 'Lovelace Ada'], ['Sun Yat Sen', 'Yat Sen Sun', 'Sen Sun Yat'])
    """
    words = name.split()
    if len(words) < 2:
        return []
    return list(dict.fromkeys(" ".join(order) for order in (words, [*words[1:], words[0]], [words[-1], *words[:-1]])))
