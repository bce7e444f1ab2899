"""The web page of briefqa: python app.py [--host 127.0.0.1] [--port 7860] [--index index]."""

from briefqa.ui import main

if __name__ == "__main__":
    raise SystemExit(main())
