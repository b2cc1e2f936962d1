# SPDX-License-Identifier: Apache-2.0
"""Where a URL leads, by the parsers of others: WHATWG's (Node), libcurl's and Python's. An answer is an Origin, or None
where the parser takes it for no URL that leads anywhere."""

import ctypes
import ipaddress
import json
import os
import shutil
import subprocess
from typing import NamedTuple
from urllib.parse import urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT_PORTS = {"https": 443, "http": 80}
CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT, CURLU_NON_SUPPORT_SCHEME = 1, 5, 6, 8


class Origin(NamedTuple):
    scheme: str
    host: str
    port: int


def _origin(scheme, host, port):
    scheme, host = scheme.lower(), host.lower()
    try:
        host = str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        pass
    return Origin(scheme, host, int(port) if port else DEFAULT_PORTS.get(scheme, 0))


def _text(payload):
    """Bytes as the text that a browser would be given."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return payload.decode("latin-1")


def whatwg(payloads):
    """Node's URL; None: there is no Node."""
    if not shutil.which("node"):
        return None
    done = subprocess.run(["node", os.path.join(HERE, "whatwg.js")], input=json.dumps([_text(p) for p in payloads]),
                          stdout=subprocess.PIPE, text=True, check=True)
    return [part and _origin(part[0].rstrip(":"), part[2], part[3]) for part in json.loads(done.stdout)]


def _curl_library():
    try:
        library = ctypes.CDLL("libcurl.so.4")
    except OSError:
        return None
    library.curl_url.restype = ctypes.c_void_p
    library.curl_url_set.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    library.curl_url_get.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_void_p), ctypes.c_uint]
    library.curl_url_cleanup.argtypes = library.curl_free.argtypes = [ctypes.c_void_p]
    return library


def _curl_part(library, handle, part):
    text = ctypes.c_void_p()
    if library.curl_url_get(handle, part, ctypes.byref(text), 0):
        return ""
    value = ctypes.string_at(text).decode("latin-1")
    library.curl_free(text)
    return value


def _curl_one(library, payload):
    handle = library.curl_url()
    try:
        # A NUL would end the text here and not elsewhere.
        if b"\0" in payload or library.curl_url_set(handle, 0, payload, CURLU_NON_SUPPORT_SCHEME):
            return None
        return _origin(*(_curl_part(library, handle, part)
                         for part in (CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT)))
    finally:
        library.curl_url_cleanup(handle)


def curl(payloads):
    """libcurl's URL API, which the curl command reads its URLs with; None: there is none."""
    library = _curl_library()
    return library and [_curl_one(library, payload) for payload in payloads]


def _python_one(payload):
    try:
        parts = urlsplit(_text(payload))
        return _origin(parts.scheme, parts.hostname or "", parts.port)
    except ValueError:
        return None


def python(payloads):
    return [_python_one(payload) for payload in payloads]


ALL = {"WHATWG": whatwg, "curl": curl, "Python": python}
