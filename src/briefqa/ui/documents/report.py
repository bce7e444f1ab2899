"""What a change of the index is told as: the running one's progress, then one line a file.

In the page's language and in an office's words; whatever else there is to know stands under 详情.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefqa.building.reports import BuildReport, Change, DocumentReport
from briefqa.errors import EmptyCorpusError, IndexBusyError, IndexNotFoundError, InputError
from briefqa.progress import Progress, Stage
from briefqa.ui.documents.jobs import Job, JobState
from briefqa.ui.html import button, element, escape
from briefqa.ui.outside import kind_of, told_outside
from briefqa.ui.words import Language, say

_REPORTS = 3  # shown at once, the newest first
# What a reader's sentence says → the text that tells it; the first that fits.
_REASONS = (
    ("unknown suffix", "skipped_kind"),
    ("不支持的文件类型", "skipped_kind"),
    ("隐藏文件", "skipped_hidden"),
    ("password", "skipped_password"),
    ("old Word file", "skipped_old"),
    ("holds no text", "skipped_empty"),
    ("is empty", "skipped_empty"),
    ("has no pages", "skipped_empty"),
    ("more than", "skipped_large"),
    ("too large", "skipped_large"),
    ("encoding", "skipped_encoding"),
    ("binary", "skipped_encoding"),
    ("byte", "skipped_encoding"),
)


@dataclass(frozen=True, slots=True)
class Collection:
    """What a report must know of the index: its live build, how many documents, and their titles by id."""

    live: str
    count: int
    titles: Mapping[str, str]


def told_jobs(jobs: Sequence[Job], visitor: str, collection: Collection, language: Language) -> str:
    """The panels of the jobs under way, and of the visitor's own that have ended; "" when there are none.

    Only who began a job can cancel it, or is told of its end, until that is dismissed.
    """
    under_way = [each for each in jobs if each.open]
    ended = [each for each in jobs if not each.open and each.owner == visitor][-_REPORTS:]
    panels = [_under_way(each, place, visitor, language) for place, each in enumerate(under_way)]
    last = next((each for each in reversed(jobs) if each.changed), None)
    at_rest = last is not None and not under_way and last.build == collection.live
    undoable = last if at_rest else None  # another change would be first
    for each in reversed(ended):
        panels.append(_told_end(each, collection, language, undoable=each is undoable))
    return "".join(panels)


def _under_way(job: Job, place: int, visitor: str, language: Language) -> str:
    """`place`: how many jobs are before it."""
    named = element("p", escape(_named_job(job, language)), class_="job-name")
    if job.state is JobState.RUNNING:
        words, share = _progress(job.progress, language)
        value = f' value="{share:.3f}"' if share else ""
        bar = f'<progress max="1"{value} aria-label="{escape(words)}"></progress>'
        said = named + bar + element("p", escape(words), class_="progress-words")
        said += element("p", escape(say("building", language)), class_="faint")
    else:
        said = named + element("p", escape(say("queued", language, count=place)))
    if job.owner == visitor:
        said += button(say("cancel", language), "cancel-job", job=job.id)
    else:
        said += element("p", escape(say("building_other", language)), class_="faint")
    kind = "running" if job.state is JobState.RUNNING else "queued"
    return element("section", said, class_=f"panel {kind}", role="status", data_job=job.id)


def _named_job(job: Job, language: Language) -> str:
    """What a job does, with the first file that it is about."""
    about = job.about[0] if job.about else ""
    key = f"job_{job.kind.value}" + ("_more" if len(job.about) > 1 else "")
    return say(key, language, about=about, count=len(job.about))


def _told_end(job: Job, collection: Collection, language: Language, *, undoable: bool) -> str:
    undo = ""
    if undoable:
        undo = button(say("undo", language), "undo-job", class_="quiet", build=job.build, before=job.before)
    dismiss = button(say("dismiss", language), "dismiss-job", class_="quiet", job=job.id)
    return element(
        "section",
        _ended(job, collection, language) + element("p", undo + dismiss, class_="copies"),
        class_="panel report" if job.state is not JobState.FAILED else "panel report failed",
        role="status",
        data_job=job.id,
    )


def _progress(progress: Progress | None, language: Language) -> tuple[str, float]:
    if progress is None:
        return say("stage_start", language), 0.0
    key = f"stage_{progress.stage.value}"
    words = say(key, language, done=progress.done, total=progress.total, detail=progress.detail)
    share = progress.done / progress.total if progress.total else 0.0
    return words, share if progress.stage is not Stage.WRITE else 1.0


def _ended(job: Job, collection: Collection, language: Language) -> str:
    if job.state is JobState.CANCELLED:
        return element(
            "p", escape(f"{_named_job(job, language)}：{say('cancelled', language)}"), class_="warn"
        )
    if job.state is JobState.TAKEN_BACK:
        return element("p", escape(say("rolled_back", language, count=collection.count)))
    if job.report is not None:
        return _report(job.report, collection.titles, language, changed=job.changed)
    told = element("p", escape(f"{_named_job(job, language)}：{_failure(job.error, language)}"), class_="bad")
    if job.error is None or _known(job.error):
        return told
    summary = element("summary", escape(say("details", language)))
    detail = element("p", escape(told_outside(job.error, Path("index"))), lang="en")
    return told + element("details", summary + detail, class_="facts")


def _known(error: Exception) -> bool:
    """Whether the sentence for a failure says all that there is to say."""
    return isinstance(error, EmptyCorpusError | IndexBusyError | IndexNotFoundError | InputError)


def _failure(error: Exception | None, language: Language) -> str:
    """Why nothing has changed, in one sentence without a path of the server."""
    if isinstance(error, EmptyCorpusError):
        if "Removing" in str(error):
            return say("failed_last", language)
        return f"{say('failed_unread', language)}{_reason(told_outside(error, Path('index')), language)}"
    if isinstance(error, IndexBusyError):
        return say("failed_busy", language)
    if isinstance(error, IndexNotFoundError):
        return say("failed_no_earlier", language)
    if isinstance(error, InputError):
        return say("failed_since", language)
    return f"{say('failed', language)}{say(kind_of(error) if error else 'error_other', language)}"


def _report(report: BuildReport, known: Mapping[str, str], language: Language, *, changed: bool) -> str:
    titles = {**known, **{each.id: each.title for each in report.documents}}
    lines = "".join(
        element("li", element("b", escape(say(f"change_{kind}", language))) + escape(f" {text}"), class_=kind)
        for kind, text in _lines(report, titles, language)
    )
    facts = say(
        "report_details",
        language,
        passages=report.passages,
        sentences=report.sentences,
        embedded=report.embedded,
        reused=report.reused,
        seconds=report.seconds,
        build=report.build_id[:8],
    )
    key = "report" if changed else "report_unchanged"
    title = element("h2", escape(say(key, language, documents=report.document_count)))
    details = element("summary", escape(say("details", language))) + element("p", escape(facts))
    return title + element("ul", lines) + element("details", details, class_="facts faint")


def _lines(report: BuildReport, titles: Mapping[str, str], language: Language) -> Iterator[tuple[str, str]]:
    """(kind of change, what is told of it), one a file, those that went wrong first."""
    for path, reason in report.skipped:
        name = path.replace("\\", "/").rsplit("/", 1)[-1]
        yield "skipped", f"{name}：{_reason(reason, language)}"
    twice = dict(report.duplicates)
    near = dict(report.near_duplicates)
    for each in report.documents:
        other = twice.get(each.id)
        if each.change is Change.DUPLICATE and other:
            same = say("duplicate_of", language, other=titles.get(other, other))
            yield "duplicate", f"{_named(each)}：{same}"
            continue
        notes = list(_notes(each, language))
        if each.id in near:
            other = titles.get(near[each.id], near[each.id])
            named = near[each.id] if other == each.title else other
            notes.append(say("near_duplicate", language, other=named))
        yield each.change.value, f"{_named(each)}：{'；'.join(notes)}"
    for name in report.removed:
        yield "removed", name.rsplit("/", 1)[-1]


def _named(read: DocumentReport) -> str:
    """The file as it was given, and the title that it has inside where that is another."""
    name = read.id.rsplit("/", 1)[-1]
    return name if name.rsplit(".", 1)[0] == read.title else f"{name}（《{read.title}》）"


def _notes(read: DocumentReport, language: Language) -> Iterator[str]:
    key = "read_counts_pages" if read.pages else "read_counts"
    yield say(key, language, characters=f"{read.characters:,}", pages=read.pages)
    if read.pages_inferred:
        yield say("report_inferred", language)
    for key, pages in (
        ("ocr", read.ocr_pages),
        ("empty", read.empty_pages),
        ("suspect", read.suspect_pages),
    ):
        if pages:
            yield say(f"report_{key}", language, pages=", ".join(map(str, pages)))


def _reason(sentence: str, language: Language) -> str:
    """A reader's sentence in the page's language; readers write English."""
    key = next((key for part, key in _REASONS if part in sentence), "skipped_broken")
    return say(key, language)
