"""What is asked for by its name and quoted whole: an article of a law by its number, a printed field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from briefqa.question.article_questions import OF_ARTICLES, beside_articles, part_of_article
from briefqa.question.asked import AskedKind
from briefqa.question.frontmatter_questions import (
    FrontmatterQuestion,
    fields_among,
    needed_of_document,
)
from briefqa.question.parsing import Question
from briefqa.reading.articles import Span, articles_of, part_of
from briefqa.reading.document import Document
from briefqa.store.catalogue import Catalogue
from briefqa.store.searchable import Searchable
from briefqa.text.folding import fold
from briefqa.text.numbering import ArticleNumber

# Kinds of files that say where a paragraph ends. In others they are put together from lines, and one that is
# counted wrongly would be quoted as surely as the right one.
_WITH_PARAGRAPHS = frozenset((".docx", ".html", ".htm", ".md", ".markdown"))


def printed_articles(
    question: Question, index: Searchable, documents: Sequence[int] | None
) -> Iterator[tuple[int, int, int]]:
    """(document number, start, end) of the articles that are asked for by their number alone.

    None when the question asks for something in an article, or names something that is in no title.

    Args:
        documents: numbers of those to look at; None means all.
    """
    if question.asked.kind is not AskedKind.ARTICLE:
        return
    wanted = {
        slot.value: part_of_article(question.text, slot)
        for slot in question.slots
        if isinstance(slot.value, ArticleNumber)
    }
    rest = beside_articles(question.text, question.slots) - OF_ARTICLES
    meant = {int(number) for value in wanted for number in index.catalogue.with_article(value, rest)}
    for number in sorted(meant if documents is None else meant.intersection(documents)):
        document = index.units.documents[number]
        if rest <= set(fold(document.title + document.id)):
            yield from ((number, *part) for part in _parts(document, wanted))


def _parts(document: Document, wanted: Mapping[ArticleNumber, tuple[int, int]]) -> Iterator[Span]:
    """The articles of a document that are wanted, or their paragraphs or items by number, 0 for all."""
    has_paragraphs = PurePosixPath(document.id).suffix.lower() in _WITH_PARAGRAPHS
    for value, article in articles_of(document):
        paragraph, item = wanted.get(value, (0, 0))
        if value not in wanted or (paragraph and not has_paragraphs):
            continue
        part = part_of(document.text, article, paragraph, item)
        if part is not None:
            yield part


def printed_matter(
    asked: FrontmatterQuestion, index: Searchable, documents: Sequence[int] | None
) -> Iterator[tuple[int, int, int]]:
    """(document number, start, end) of the fields that are asked for, see `fields_among`.

    Args:
        documents: numbers of those to look at; None means all.
    """
    meant = documents_meant(asked, index.catalogue)
    numbers = sorted(meant if documents is None else meant.intersection(documents))
    for number, field in fields_among(asked, index.units.documents, numbers):
        yield number, field.start, field.end


def documents_meant(asked: FrontmatterQuestion, catalogue: Catalogue) -> set[int]:
    """The numbers of the documents that may print what is asked for: all that do are among them."""
    return {
        int(number)
        for each in asked.fields
        for number in catalogue.with_field(each.key, *needed_of_document(asked, each))
    }
