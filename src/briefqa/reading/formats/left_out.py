"""Sentences for the user about what a reader left out, where several readers leave out the same."""

from collections.abc import Iterator

CHECK = "请核对原件。"


def pictures_left_out(count: int, what: str) -> Iterator[str]:
    """That so many pictures, called `what` with their measure word, were not read; nothing for none."""
    if count:
        yield f"有 {count} {what}，其中的文字未收入；{CHECK}"


def struck_left_out(count: int) -> Iterator[str]:
    """That so many struck-out texts were left out; nothing for none."""
    if count:
        yield f"有 {count} 处加删除线的文字已失效，未收入。"
