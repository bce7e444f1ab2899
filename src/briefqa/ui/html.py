"""Small pieces of HTML; every value from a document, a question or a file name passes `escape`."""

from __future__ import annotations

from html import escape as _escape


def escape(value: object) -> str:
    """Text that is safe inside an element and inside a quoted attribute."""
    return _escape(str(value), quote=True)


def attributes(**values: object) -> str:
    """`data_x=1` → ` data-x="1"`; None and False leave an attribute out, True needs no value.

    A closing underscore is dropped (`class_`), the others become hyphens.
    """
    parts = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        written = name.rstrip("_").replace("_", "-")
        parts.append(f" {written}" if value is True else f' {written}="{escape(value)}"')
    return "".join(parts)


def element(tag: str, inner: str, /, **values: object) -> str:
    """An element around `inner`, which is HTML already."""
    return f"<{tag}{attributes(**values)}>{inner}</{tag}>"


def button(
    text: str, act: str, /, *, title: str | None = None, class_: str | None = None, **data: object
) -> str:
    """A button that the page's script acts on; `data` are its `data-` attributes.

    `title` names it to screen readers when `text` alone does not say what it does.
    """
    named = {f"data_{name}": value for name, value in data.items()}
    return element(
        "button",
        escape(text),
        type="button",
        class_=class_,
        data_act=act,
        aria_label=title,
        title=title,
        **named,
    )
