# SPDX-License-Identifier: Apache-2.0
"""A browser small enough to read: keeps cookies, reads the forms of a page, presses their buttons. It follows nothing by
itself, so that a test sees each step."""

from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

import wire

FORM = "application/x-www-form-urlencoded"


class Form:
    def __init__(self, attributes):
        self.method = attributes.get("method", "get").upper()
        self.action = attributes.get("action", "")
        self.fields = []   # (name, value) as they would be sent
        self.buttons = []  # (name, value, text)
        self.choices = {}  # name: values of a select, of radios, of tick boxes

    def with_(self, *button, **values):
        """The pairs that are sent when a button is pressed; a list stands for several of a name, None for none."""
        pairs = [(name, value) for name, value in self.fields if name not in values]
        for name, value in values.items():
            many = value if isinstance(value, list) else [] if value is None else [value]
            pairs += [(name, one) for one in many]
        return pairs + ([button] if button else [])


class Page(HTMLParser):
    """The forms, ids and text of a page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.forms, self.ids, self.words, self.links = [], [], [], []
        self.select = self.button = self.area = None
        self.feed(text)

    def _input(self, form, name, a):
        kind = a.get("type", "text")
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(a.get("value", "on"))
            if "checked" in a:
                form.fields.append((name, a.get("value", "on")))
        elif kind == "submit":
            form.buttons.append((name, a.get("value", ""), a.get("value", "")))
        elif name:
            form.fields.append((name, a.get("value", "")))

    def handle_starttag(self, tag, attrs):
        a = {name: value or "" for name, value in attrs}
        if "id" in a:
            self.ids.append(a["id"])
        if tag == "a":
            self.links.append(a.get("href", ""))
        if tag == "form":
            self.forms.append(Form(a))
        form = self.forms[-1] if self.forms else None
        if tag == "input":
            self._input(form, a.get("name", ""), a)
        elif tag == "select":
            self.select = a.get("name", "")
            form.choices[self.select] = []
        elif tag == "option" and self.select is not None:
            form.choices[self.select].append(a.get("value", ""))
            if "selected" in a or len(form.choices[self.select]) == 1:
                form.fields = [pair for pair in form.fields if pair[0] != self.select]
                form.fields.append((self.select, a.get("value", "")))
        elif tag == "button":
            self.button = (a.get("name", ""), a.get("value", ""))
            form.buttons.append((*self.button, ""))
        elif tag == "textarea":
            form.fields.append((a.get("name", ""), ""))

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        if tag == "button":
            self.button = None

    def handle_data(self, data):
        self.words.append(data)
        if self.button:
            form = self.forms[-1]
            form.buttons[-1] = (*form.buttons[-1][:2], form.buttons[-1][2] + data)

    def text(self):
        return " ".join(" ".join(self.words).split())

    def main(self):
        """The id of <main>: which page this is."""
        known = ("signin", "consent", "waiting", "oauth-error", "apps", "approvals", "notice")
        return next((name for name in self.ids if name in known), None)

    def form(self, action, **has):
        """The first form that leads there and holds all those fields with those values."""
        for form in self.forms:
            if form.action.split("?")[0] == action and all((k, v) in form.fields for k, v in has.items()):
                return form
        raise AssertionError(f"no form leads to {action} with {has}: {[f.action for f in self.forms]}; {self.text()[:300]}")


class Surfer:
    """One browser. `seen` is the last answer, `page` its page."""

    def __init__(self, address, host=None):
        self.address, self.host = address, host or address
        self.cookies, self.seen, self.page = {}, None, None

    def request(self, verb, target, headers=(), body=b""):
        parts = urlsplit(target)
        path = parts.path + ("?" + parts.query if parts.query else "")
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        every = [("Host", self.host), ("Connection", "close"), ("Accept", "text/html,*/*;q=0.1")]
        self.seen = wire.once(self.address, verb, path,
                              every + ([("Cookie", cookie)] if cookie else []) + list(headers), body)
        for name, value in self.seen.headers:
            if name.lower() == "set-cookie":
                key, _, kept = value.split(";")[0].partition("=")
                self.cookies[key] = kept
        html = (self.seen.header("Content-Type") or "").startswith("text/html")
        self.page = Page(self.seen.text()) if html else None
        return self.seen

    def get(self, target, headers=()):
        return self.request("GET", target, headers)

    def post(self, target, pairs, headers=None):
        """headers: in place of what a browser says of a form of a page sent with no-referrer."""
        if headers is None:
            headers = [("Origin", "null"), ("Sec-Fetch-Site", "same-origin")]
        return self.request("POST", target, [("Content-Type", FORM), *headers], urlencode(pairs).encode())

    def press(self, pressed, *button, **values):
        return self.post(pressed.action, pressed.with_(*button, **values))

    def follow(self):
        return self.get(self.seen.header("Location"))

    def sign_in(self, user):
        """From a sign-in page that lists people to the page behind it."""
        self.press(self.page.form("/signin"), user=user)
        if self.seen.status != 303:
            raise AssertionError(f"sign-in: {self.seen.status} {self.seen.text()[:300]}")
        return self.follow()
