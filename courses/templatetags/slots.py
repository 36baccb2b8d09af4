"""Where pages differ by reader.

`{% slot "tick" section.key %}…{% endslot %}` stands in a page that is made once for everyone and kept
(`courses.services.kept`): it leaves a place there. `{% filled page %}` puts such a page in, with what is chosen for the
reader (`chosen`) and what is written for the reader inside: `{% given "start" %}…{% endgiven %}`.
"""

from __future__ import annotations

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.utils.safestring import SafeString, mark_safe

from courses.services.kept import KEEPER, Keeper, Page

register = template.Library()
_GIVEN = "given for slots"


class SlotNode(Node):
    """Renders what it holds, or leaves a slot."""

    def __init__(self, name: str, of: FilterExpression | None, nodelist: NodeList) -> None:
        self.name, self.of, self.nodelist = name, of, nodelist

    def render(self, context: Context) -> SafeString:
        """Return what it holds for this reader, or the mark of its place."""
        keeper: Keeper | None = context.get(KEEPER)
        if keeper is None:
            return self.nodelist.render(context)
        of = str(self.of.resolve(context)) if self.of is not None else ""
        return mark_safe(keeper.leave(self.name, of, context, self.nodelist.render))  # noqa: S308 (our own mark)


@register.tag
def slot(parser: Parser, token: Token) -> SlotNode:
    """Read a slot: its name, and of what it is where there are several."""
    return SlotNode(*_named(parser, token, "endslot"))


class FilledNode(Node):
    """Puts in a page that was kept, filled for the reader."""

    def __init__(self, page: FilterExpression, nodelist: NodeList) -> None:
        self.page, self.nodelist = page, nodelist

    def render(self, context: Context) -> SafeString:
        """Gather what is written for the reader, and return the page with it."""
        given: dict[str, str] = {}
        with context.push(**{_GIVEN: given}):
            self.nodelist.render(context)
        page: Page = self.page.resolve(context)
        return page.filled(context["chosen"], given, token=str(context.get("csrf_token", "")))


@register.tag
def filled(parser: Parser, token: Token) -> FilledNode:
    """Read which page is filled, and with what."""
    _tag, page = token.split_contents()
    nodelist = parser.parse(("endfilled",))
    parser.delete_first_token()
    return FilledNode(parser.compile_filter(page), nodelist)


class GivenNode(SlotNode):
    """Writes what one slot holds for the reader."""

    def render(self, context: Context) -> SafeString:
        """Hand it to the page around; nothing is shown here."""
        of = self.of.resolve(context) if self.of is not None else ""
        context[_GIVEN][f"{self.name} {of}".strip()] = self.nodelist.render(context)
        return SafeString("")


@register.tag
def given(parser: Parser, token: Token) -> GivenNode:
    """Read what is written for a slot: its name, and of what it is."""
    return GivenNode(*_named(parser, token, "endgiven"))


def _named(parser: Parser, token: Token, end: str) -> tuple[str, FilterExpression | None, NodeList]:
    _tag, name, *of = token.split_contents()
    nodelist = parser.parse((end,))
    parser.delete_first_token()
    return name.strip("\"'"), parser.compile_filter(of[0]) if of else None, nodelist
