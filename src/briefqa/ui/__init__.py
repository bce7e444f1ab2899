"""The web page: ask, read the quote, see it in its document; and look after the documents.

The only part of briefqa that imports Gradio, and nothing else imports it.
"""

from briefqa.ui import gradio_import as _  # noqa: F401  first: the others import Gradio
from briefqa.ui.serving import build_app, main

__all__ = ["build_app", "main"]
