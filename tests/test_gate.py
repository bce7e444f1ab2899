"""The parts of the gate by themselves: rates, throttles, quotas, names, logins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefqa import IndexCorruptError, InputError
from briefqa.ui.outside import told_outside
from briefqa.ui.web.embedding import embedding_sites
from briefqa.ui.web.hosts import Hosts, is_from_here
from briefqa.ui.web.limits import LoginThrottle, Rate, UploadQuota
from briefqa.ui.web.login import Accounts, Sessions, basic, form, secret_in
from briefqa.ui.web.policy import is_open


class Clock:
    """A clock that a test moves."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_rate_gives_a_burst_and_then_its_pace() -> None:
    """Each client has its own; what it must wait is what it takes."""
    clock = Clock()
    rate = Rate(2.0, 3, clock)
    assert [rate.wait("a") for _ in range(3)] == [0, 0, 0]
    assert rate.wait("a") == pytest.approx(0.5)
    assert rate.wait("b") == 0
    clock.now += 0.5
    assert rate.wait("a") == 0
    assert rate.wait("a") > 0


@given(st.lists(st.floats(0, 5), max_size=60))
def test_no_client_gets_more_than_its_rate(pauses: list[float]) -> None:
    """Whatever the pauses: at most the burst and the pace times the time."""
    clock = Clock()
    rate, served = Rate(2.0, 5, clock), 0
    for pause in pauses:
        clock.now += pause
        served += rate.wait("a") == 0
    assert served <= 5 + 2.0 * sum(pauses) + 1e-6


def test_failed_logins_wait_longer_and_longer() -> None:
    """Five are free, then 1, 2, 4 … seconds, at most 15 minutes; an hour's rest forgets."""
    clock = Clock()
    throttle = LoginThrottle(clock)
    waits = []
    for _ in range(20):
        waits.append(throttle.wait("a"))
        throttle.failed("a")
    assert waits[:7] == [0, 0, 0, 0, 0, 1, 2]
    assert throttle.wait("a") == 900
    assert throttle.wait("b") == 0
    clock.now += 3_601
    throttle.failed("a")
    assert throttle.wait("a") == 0


def test_many_addresses_are_slowed_together() -> None:
    """Fifty failures from fifty addresses slow every login, for seconds."""
    throttle = LoginThrottle(Clock())
    for number in range(60):
        throttle.failed(str(number))
    assert 0 < throttle.wait("new") <= 10


def test_uploads_end_with_the_quota_of_the_day() -> None:
    """Each client has its own and all have one together; tomorrow is another day."""
    clock = Clock()
    quota = UploadQuota(10, 15, clock)
    quota.take("a", 8)
    assert (quota.left("a"), quota.left("b")) == (2, 7)
    quota.take("b", 9)
    assert quota.left("a") == quota.left("b") == 0
    clock.now += 86_401
    assert quota.left("a") == 10


def test_an_idle_session_ends() -> None:
    """After half a day without a request, or when it is closed; a guess is none."""
    clock = Clock()
    sessions = Sessions(clock)
    one, other = sessions.begin("u"), sessions.begin("u")
    assert one != other
    clock.now += 11 * 3_600
    assert sessions.user(one) == "u"
    clock.now += 2 * 3_600
    assert sessions.user(one) == "u"
    assert sessions.user(other) is None
    sessions.end(one)
    assert sessions.user(one) is sessions.user("") is None


@pytest.mark.parametrize("given_login", ["", "user", "user:", ":secret"])
def test_a_login_is_written_user_pass(given_login: str) -> None:
    """Anything else is one sentence."""
    with pytest.raises(InputError, match="USER:PASS"):
        Accounts([given_login])


@given(st.text(), st.text())
def test_only_the_password_is_admitted(user: str, password: str) -> None:
    """Any other name or password is not, and no text raises."""
    accounts = Accounts(["用户:密:码", "b:2"])
    assert accounts.admit("用户", "密:码")
    assert accounts.admit(user, password) is ((user, password) in (("用户", "密:码"), ("b", "2")))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_as_a_login(raw: bytes) -> None:
    """Forms, headers and cookies of any bytes are read, or are none."""
    form(raw)
    text = raw.decode("latin-1")
    basic({"authorization": f"Basic {text}"})
    secret_in({"cookie": text})
    is_from_here({"origin": text, "host": text}, "POST")
    assert Hosts("127.0.0.1").admits(text, "127.0.0.1") in (True, False)


@given(st.text(max_size=60))
def test_no_path_climbs(path: str) -> None:
    """Whatever stands around it."""
    assert not is_open("GET", f"/assets/{path}/../x")
    assert not is_open("GET", f"/assets/{path}\\..\\x")


@pytest.mark.parametrize(
    ("listening", "host", "arrived_at", "admitted"),
    [
        ("0.0.0.0", "192.168.0.7:7860", "192.168.0.7", True),
        ("0.0.0.0", "192.168.0.8:7860", "192.168.0.7", False),
        ("::", "[fe80::1]", "fe80::1", True),
        ("10.0.0.1", "10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "rebound.example", "10.0.0.1", False),
        ("127.0.0.1", "localhost.", "127.0.0.1", True),
        ("127.0.0.1", "locaLhost:1", "127.0.0.1", True),
        ("127.0.0.1", "ｌocalhost", "127.0.0.1", False),
    ],
)
def test_the_names_of_a_server(listening: str, host: str, arrived_at: str, admitted: bool) -> None:
    """Those of loopback, the one that it listens on, and the address that a request came to."""
    assert Hosts(listening).admits(host, arrived_at) is admitted


def test_a_name_with_a_dot_in_front_is_all_below_it() -> None:
    """As --share needs it; the name itself and longer words are not meant."""
    hosts = Hosts("127.0.0.1", [".share.example"])
    assert hosts.admits("a1b2.share.example", "127.0.0.1")
    assert not hosts.admits("xshare.example", "127.0.0.1")
    assert not hosts.admits("share.example.evil", "127.0.0.1")


@pytest.mark.parametrize(
    "site",
    [
        *("*", "https://*", "https://*.example", "intranet.example", "//intranet.example", ""),
        *("https://a.example/path", "https://a.example?q", "https://u@a.example", "ftp://a.example"),
        *("https://a.example:x", "https://a.example:0", "https://a.example:65536", "https://[::1]", "'self'"),
        *("https://a.example; script-src *", "https://a.example https://b.example", "https://甲.example"),
    ],
)
def test_a_site_is_a_scheme_and_a_name(site: str) -> None:
    """Whatever else a policy would read in it, or would not, is one sentence."""
    with pytest.raises(InputError, match="scheme and its name"):
        embedding_sites([site])


def test_sites_are_named_as_browsers_do() -> None:
    """In small letters, without the stroke at the end, each once."""
    given = ["HTTPS://Intranet.example/", "http://127.0.0.1:8080", "https://intranet.example"]
    assert embedding_sites(given) == "https://intranet.example http://127.0.0.1:8080"
    assert embedding_sites([]) == ""


def test_what_is_told_outside_has_no_paths(tmp_path: object) -> None:
    """Our sentences stay, with names in place of paths; of other errors only the kind is told."""
    from pathlib import Path

    folder = Path(str(tmp_path)) / "秘密 索引"
    told = told_outside(
        IndexCorruptError(f"Build 'x' of {str(folder)!r} (/srv/a/b.npy): C:\\a\\b.txt."), folder
    )
    assert str(tmp_path) not in told
    assert "/srv" not in told
    assert "C:\\" not in told
    assert "b.npy" in told
    assert told_outside(KeyError("/srv/secret"), folder).count("secret") == 0
