"""What is found out of an object once and kept with it."""

from __future__ import annotations

from briefqa.text.kept import kept


def test_of_two_threads_that_find_the_same_the_first_is_kept() -> None:
    """A dictionary that one has written into is not replaced by the empty one of another."""

    class Held:
        @kept
        def known(self) -> dict[str, int]:
            """Found by this thread after another has found it, in the midst of the finding."""
            if not started:
                started.append(True)
                self.known["first"] = 1
            return {}

    started: list[bool] = []
    held = Held()
    assert held.known == {"first": 1}
    assert held.known is held.known
