# SPDX-License-Identifier: Apache-2.0
"""The redirect URLs of the corpus, the contract's rules for them written a second time (authorize.md 3.1, security.md
S17), and payloads that are made by rule."""

import re
from urllib.parse import unquote_to_bytes, urlsplit

CONFIGURED = {
    "cb": "https://a.test/cb",
    "root": "https://a.test/",
    "port": "https://a.test:8443/cb",
    "query": "https://a.test/cb?x=1",
    "local": "http://localhost:3000/cb",
    "v4": "http://127.0.0.1:3000/cb",
    "v6": "http://[::1]:3000/cb",
    "puny": "https://xn--bcher-kva.test/cb",
    "app": "myapp://auth",
}
LONGEST = 2500
IN_PATH = rb"(?:[!$&-;=@-\[\]_a-z~]|%[0-9A-Fa-f]{2})"
IN_QUERY = rb"(?:[!$&-;=?-\[\]_a-z~]|%[0-9A-Fa-f]{2})"


def _pattern(configured):
    """What may be sent for a configured http(s) URL, but for dot segments: one regular expression."""
    url = urlsplit(configured)
    default = {"https": 443, "http": 80}[url.scheme]
    host, _, port = url.netloc.partition(":") if "]" not in url.netloc else url.netloc.rpartition(":")
    number = int(port or default)
    path = url.path.rstrip("/").encode()
    query = rb"\?" + re.escape(url.query.encode()) if url.query else rb"(?:\?" + IN_QUERY + rb"*)?"
    return re.compile(rb"(?i:%s://%s)%s(?P<path>%s(?:/%s*?)?)%s" % (
        url.scheme.encode(), re.escape(host.encode()),
        rb"(?::0*%d)%s" % (number, b"?" if number == default else b""),
        re.escape(path), IN_PATH, query), re.DOTALL)


PATTERNS = {name: _pattern(url) for name, url in CONFIGURED.items() if url.startswith("http")}


def has_dots(path):
    """A segment . or .. in a path, with every layer of escaping taken off and servers' readings of "..;x" heeded."""
    while (less := unquote_to_bytes(path)) != path:
        path = less
    return any(re.split(rb"[;\0- ]", segment)[0] in (b".", b"..") for segment in re.split(rb"[/\\]", path))


def matches(payload):
    """The names of the configured URLs that the payload matches."""
    if payload == CONFIGURED["app"].encode():
        return {"app"}
    found = set()
    for name, pattern in PATTERNS.items():
        match = pattern.fullmatch(payload)
        if match and len(payload) <= LONGEST and not has_dots(match["path"]):
            found.add(name)
    return found


SEAMS = ["|https://a.test:443/cb", "https|://a.test:443/cb", "https:|//a.test:443/cb", "https:/|/a.test:443/cb",
         "https://|a.test:443/cb", "https://a|.test:443/cb", "https://a.|test:443/cb", "https://a.test|:443/cb",
         "https://a.test|/cb", "https://a.test:|443/cb", "https://a.test:443|/cb", "https://a.test:443/|cb",
         "https://a.test:443/cb|", "https://a.test:443/cb/|x", "https://a.test:443/cb/..|/x",
         "https://a.test:443/cb/x?|y=1"]


def every_byte():
    """Each byte value, plain and escaped, at each seam of a URL."""
    for seam in SEAMS:
        start, _, rest = seam.encode().partition(b"|")
        for byte in range(256):
            yield start + bytes([byte]) + rest
            yield start + b"%%%02x" % byte + rest


def between_hosts():
    """Each printable byte and each trick between a host of ours and one of theirs, in both orders."""
    tricks = [bytes([byte]) for byte in range(0x20, 0x7f)]
    tricks += [b"%%%02x" % byte for byte in b"\0\t\n\r #%/:;?@[\\]"]
    tricks += [b":443@", b":@", b"@@", b"\\@", b"/@", b"?@", b"#@", b"%40@", b"%5c@", b"/\\", b"//", b"\\\\", b";@",
               b".", b"\xe3\x80\x82", b"\xef\xbc\x8e", b"\xef\xbd\xa1", b"\xef\xbc\x8f", b"\xef\xbc\xa0",
               b"\xe2\x84\x80"]
    for ours, scheme in ((b"a.test", b"https"), (b"localhost:3000", b"http"), (b"[::1]:3000", b"http"),
                         (b"127.0.0.1:3000", b"http")):
        for trick in tricks:
            yield scheme + b"://" + ours + trick + b"evil.test/cb"
            yield scheme + b"://evil.test" + trick + ours + b"/cb"


def lengths():
    for start in (b"https://a.test/cb/", b"https://a.test/cb?", b"https://a.test/", b"http://localhost:3000/cb/",
                  b"https://evil.test/", b"https://", b"https://a.test:0", b"myapp://auth/", b""):
        for size in (LONGEST - 1, LONGEST, LONGEST + 1, 2 * LONGEST, 8000):
            yield start + b"0" * (size - len(start))
            yield start + b"%41" * ((size - len(start)) // 3)
    yield b"https://a.test/cb" + b"/.." * 800
    yield b"https://a.test/cb/%" + b"25" * 1000 + b"2e%2e/x"
    yield b"https://" + b"a.test@" * 300 + b"evil.test/cb"
    yield b"https://" + b"a." * 1000 + b"test/cb"


def dot_spellings():
    """Two dots, each in every spelling, and what may end their segment."""
    dots = [b".", b"%2e", b"%2E", b"%252e", b"%25252E", b"%%32%65", b"%25%32%65"]
    ends = [b"", b"/", b"/x", b"%2f", b"%2Fx", b"%252fx", b"\\x", b"%5cx", b"%255cx", b";/x", b"%3b/x", b";a=b/x",
            b"%00/x", b"%20/x", b"?x", b"#x", b"x", b".", b"%2ex", b"%c0%ae/x"]
    for one in dots:
        for end in ends:
            yield b"https://a.test/cb/" + one + end
            for two in dots:
                yield b"https://a.test/cb/" + one + two + end


MADE = {"every byte at every seam": every_byte, "between two hosts": between_hosts, "lengths": lengths,
        "spellings of dots": dot_spellings}
