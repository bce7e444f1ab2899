"""Every word that a user of the web page reads, in Chinese and in English.

A text may hold `{name}` places, filled by `say`. Quotes, titles and addresses are never
translated: they are what the documents say.
"""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """The languages of the page."""

    ZH = "zh"
    EN = "en"

    @property
    def other(self) -> Language:
        """The one to switch to."""
        return Language.EN if self is Language.ZH else Language.ZH


def language_of(accept_language: str) -> Language:
    """The page's language for a browser's `Accept-Language` header: the first one it names.

    Chinese when the header is empty: the documents are.
    """
    first = accept_language.split(",")[0].strip().lower()
    return Language.ZH if not first or first.startswith("zh") else Language.EN


def language_from(settings: object) -> Language:
    """The language that a browser's settings name; Chinese when they are damaged."""
    named = settings.get("language") if isinstance(settings, dict) else None
    return Language.EN if named == Language.EN else Language.ZH


def say(key: str, language: Language, **values: object) -> str:
    """The text of `key` in `language`, its places filled with `values` (not escaped)."""
    zh, en = WORDS[key]
    return (zh if language is Language.ZH else en).format(**values)


WORDS: dict[str, tuple[str, str]] = {
    # the page
    "name": ("政策问答", "Policy Q&A"),
    "tab_ask": ("问答", "Ask"),
    "tab_documents": ("文件", "Documents"),
    "switch_language": ("English", "中文"),
    "switch_theme": ("深色／浅色", "Dark / light"),
    "basis": (
        "回答只取自 {documents} 份文件（{pages} 页，{characters} 字），版本 {build}",
        "Answers come only from {documents} document(s): {pages} pages, {characters} characters, "
        "build {build}",
    ),
    "basis_no_pages": (
        "回答只取自 {documents} 份文件（{characters} 字），版本 {build}",
        "Answers come only from {documents} document(s) ({characters} characters), build {build}",
    ),
    "loading": (
        "模型加载中，约十秒；现在就可以提问，稍候作答。",
        "The model is loading, about ten seconds; ask now, the answer will follow.",
    ),
    "ready": ("已就绪", "Ready"),
    "model_failed": ("模型无法加载：{error}", "The model cannot be loaded: {error}"),
    "welcome": ("可以这样问", "You could ask"),
    "welcome_hint": (
        "回答是文件中的原句，点 [1] 可看它在原文中的位置；文中没有的，会直说「文中未找到」。",
        "An answer is a sentence of the documents; [1] shows where it stands. "
        "What they do not say is answered “not found”.",
    ),
    "keys": (
        "Enter 发送 · Shift+Enter 换行 · ↑ 上一问 · / 输入 · Esc 关闭原文",
        "Enter sends · Shift+Enter breaks the line · ↑ recalls · / focuses · Esc closes the source",
    ),
    # asking
    "question": ("问题", "Question"),
    "placeholder": ("输入问题", "Ask in Chinese or English"),
    "send": ("发送", "Send"),
    "stop": ("停止", "Stop"),
    "clear": ("清空对话", "Clear"),
    "export_markdown": ("导出 Markdown", "Export Markdown"),
    "export_docx": ("导出 Word", "Export Word"),
    "scope": ("只在这些文件中找（不选则全部）", "Only in these documents (none chosen: all)"),
    "conversation": ("对话", "Conversation"),
    "asking": ("正在查找…", "Searching…"),
    "waiting_model": ("模型加载中，加载好后即作答…", "The model is loading; the answer will follow…"),
    "stopped": ("已停止。", "Stopped."),
    "retry": ("重试", "Retry"),
    "edit": ("修改", "Edit"),
    "edit_label": ("修改这个问题", "Edit this question"),
    "editing": (
        "正在修改第 {number} 问，其后的问答会被替换。按 Esc 取消。",
        "Editing question {number}; it and those after it will be replaced. Esc cancels.",
    ),
    "turn_label": ("第 {number} 问", "Question {number}"),
    "too_long": (
        "问题有 {length} 字，最多 {limit} 字，请缩短。",
        "The question has {length} characters; at most {limit} are read. Shorten it.",
    ),
    "nothing_to_export": ("还没有可导出的问答。", "There is nothing to export yet."),
    # the answer card
    "answer": ("回答", "Answer"),
    "unit": ("单位：{unit}", "Unit: {unit}"),
    "verbatim": ("逐字原文", "Verbatim"),
    "row_of": ("《{title}》中的表格行", "Table row of “{title}”"),
    "open_source": ("在原文中查看 [{number}]", "Show [{number}] in the source"),
    "confidence": ("可信度", "Confidence"),
    "confidence_high": ("很有把握", "very likely"),
    "confidence_fair": ("较有把握", "likely"),
    "confidence_low": ("把握不大", "uncertain"),
    "searched_as": ("按上文理解为：{question}", "Understood from the conversation as: {question}"),
    "copy": ("复制", "Copy"),
    "copy_plain": ("引文", "Quote"),
    "copy_gbt": ("GB/T 7714", "GB/T 7714"),
    "copy_markdown": ("Markdown", "Markdown"),
    "copied": ("已复制", "Copied"),
    "others": ("其他相关段落（{count}）", "Other passages ({count})"),
    "not_found": ("文中未找到", "Not found in the documents"),
    "chance": ("文中有答案的可能：{value:.0%}", "Chance that the documents answer it: {value:.0%}"),
    "nearest": ("最接近的段落（不是答案）", "Nearest passages (not an answer)"),
    "no_answer_mark": ("非答案", "no answer"),
    "why": ("为何找到", "Why it was found"),
    "why_meaning": ("语义相近 {value:.2f}", "meaning {value:.2f}"),
    "why_sentence": ("句子相近 {value:.2f}", "sentence {value:.2f}"),
    "why_late": ("逐词相近 {value:.2f}", "word by word {value:.2f}"),
    "why_words": ("用词重合 {value:.0%}", "words shared {value:.0%}"),
    "check_instead": ("✗ {text}（此处是{instead}）", "✗ {text} (here: {instead})"),
    "rate": ("这个回答对吗？", "Is this right?"),
    "rate_up": ("✓ 对", "✓ Yes"),
    "rate_down": ("✗ 不对", "✗ No"),
    "rate_this": ("这句才是答案", "This is the answer"),
    "rated": ("已记下，谢谢", "Noted, thank you"),
    "ocr": ("本页由图像识别，可能有错字", "recognised from an image, may be misread"),
    # the source view
    "source": ("原文", "Source"),
    "source_empty": (
        "点回答中的 [1]，这里显示它在全文中的位置。也可以直接打开一份文件：",
        "Press [1] in an answer to see where it stands in the whole text. Or open a document:",
    ),
    "close": ("关闭原文", "Close the source"),
    "back": ("← 返回问答", "← Back"),
    "outline": ("目录（{count}）", "Outline ({count})"),
    "previous": ("上一处", "Previous"),
    "next": ("下一处", "Next"),
    "place_of": ("第 {number} 处，共 {count} 处", "Place {number} of {count}"),
    "view_text": ("文字", "Text"),
    "view_page": ("页面", "Page"),
    "copy_link": ("复制链接", "Copy link"),
    "page": ("第 {number} 页", "Page {number}"),
    "page_inferred": ("约第 {number} 页", "About page {number}"),
    "page_previous": ("上一页", "Page before"),
    "page_next": ("下一页", "Next page"),
    "page_image": ("《{title}》第 {number} 页的图像", "Image of page {number} of “{title}”"),
    "more_documents": ("另有 {count} 份，见“文件”页。", "{count} more are listed under Documents."),
    "earlier": ("↑ 显示前文", "↑ Earlier text"),
    "later": ("↓ 显示后文", "↓ Later text"),
    "gone": ("这份文件已不在索引中。", "This document is no longer in the index."),
    "quoted_here": ("所引句子", "Quoted sentence"),
    # documents
    "drop": (
        "加入文件：拖入或点击选择（TXT、Markdown、DOCX、PDF、HTML）",
        "Add documents: drop or click to choose (TXT, Markdown, DOCX, PDF, HTML)",
    ),
    "documents_list": ("索引中的文件", "Documents in the index"),
    "column_title": ("标题", "Title"),
    "column_pages": ("页", "Pages"),
    "column_date": ("日期", "Date"),
    "column_size": ("字数", "Characters"),
    "column_action": ("操作", "Action"),
    "open": ("打开", "Open"),
    "remove": ("移除", "Remove"),
    "remove_sure": ("确认移除", "Yes, remove"),
    "rebuild": ("全部重建", "Rebuild all"),
    "rollback": ("回到上一版", "Go back one build"),
    "cancel": ("取消", "Cancel"),
    "building": (
        "正在更新索引；问答照常，用的是原来的版本。",
        "Updating the index; questions are answered from the build before.",
    ),
    "stage_read": ("读取文件 {done}/{total} {detail}", "Reading files {done}/{total} {detail}"),
    "stage_pages": ("{detail}：第 {done}/{total} 页", "{detail}: page {done}/{total}"),
    "stage_embed": ("计算向量 {done}/{total} 段", "Embedding {done}/{total} passages and sentences"),
    "stage_write": ("写入索引", "Writing the index"),
    "stage_start": ("准备中…", "Starting…"),
    "cancelled": ("已取消，索引未变。", "Cancelled; the index is as it was."),
    "failed": ("未成功，索引未变：{error}", "It failed; the index is as it was: {error}"),
    "busy": ("另一项更新正在进行，请等它结束。", "Another update is under way; wait for it to finish."),
    "read_only": ("本页为只读，不能更改文件。", "This page is read-only; documents cannot be changed."),
    "rolled_back": ("已回到版本 {build}。", "Back to build {build}."),
    "report": ("更新完成", "Update finished"),
    "report_counts": (
        "版本 {build}：{documents} 份文件，{passages} 段，{sentences} 句；"
        "新算 {embedded}，沿用 {reused}；{seconds:.1f} 秒。",
        "Build {build}: {documents} documents, {passages} passages, {sentences} sentences; "
        "{embedded} embedded, {reused} reused; {seconds:.1f} s.",
    ),
    "change_added": ("新增", "added"),
    "change_replaced": ("更新", "replaced"),
    "change_unchanged": ("未变", "unchanged"),
    "change_duplicate": ("重复", "duplicate"),
    "report_document": (
        "{characters} 字，{pages} 页，{headings} 个标题，去除 {removed} 行页眉页脚",
        "{characters} characters, {pages} pages, {headings} headings, {removed} header/footer lines left out",
    ),
    "report_inferred": ("页码为推断", "pages inferred"),
    "report_ocr": ("图像识别页：{pages}", "Recognised from images: pages {pages}"),
    "report_empty": ("空白页：{pages}", "Empty pages: {pages}"),
    "report_suspect": ("可疑页：{pages}", "Suspect pages: {pages}"),
    "report_skipped": ("未读入", "Not read"),
    "report_near_duplicate": ("与 {other} 大部分句子相同", "most sentences are the same as in {other}"),
    "report_duplicate": ("与 {other} 文字相同，只收一份", "same text as {other}, kept once"),
    "report_removed": ("已移除：{ids}", "Removed: {ids}"),
    "picture": ("文件概览", "The collection at a glance"),
    "by_year": ("各年文件数", "Documents by year"),
    "by_section": ("各部分段落数", "Passages by section"),
    "no_year": ("无年份", "no year"),
    "no_section": ("（正文前）", "(before the first heading)"),
    # export
    "export_title": ("政策问答记录", "Questions and answers"),
    "export_basis": ("依据版本 {build}；引文为原文逐字摘录。", "From build {build}; quotes are verbatim."),
    "sources": ("出处", "Sources"),
    # endpoints and errors
    "error": ("出错：{error}", "Error: {error}"),
}
