# SPDX-License-Identifier: Apache-2.0
"""Requests to the admins, "Your apps", and the button of an error page (authorize.md 4 and 9; experience.md 3)."""

from pages import LENA, MIRA, T1, TEO, V2, allowed, expect, expect_in, refused

EVIL = "https://evil.test/cb"


def strict(desk):
    """A workspace whose admins approve apps first."""
    desk.admin.patch("workspaces", T1, {"flags": ["apps_need_approval"]})


def approve(desk):
    """a member asks, an admin approves, the member installs; more scopes need another yes"""
    strict(desk)
    lena, mira = desk.surfer(LENA), desk.surfer(MIRA)
    form = desk.ask(lena)
    expect([button[1] for button in form.buttons if button[0] == "decision"].count("allow"), 0)
    lena.press(form, "decision", "request", message="We deploy <b>daily</b>")
    expect((lena.seen.status, lena.page.main(), lena.seen.header("Location")), (200, "waiting", None))
    again = next(link for link in lena.page.links if "authorize" in link)
    lena.get(again)
    expect(lena.page.main(), "consent")
    lena.press(lena.page.form(V2), "decision", "allow")  # forced
    refused(lena, "user_is_restricted", 403)

    mira.get("/approvals")
    expect(mira.page.main(), "approvals")
    expect_in("We deploy <b>daily</b>", mira.page.text())
    expect_in("chat:write", mira.page.text())
    mira.press(mira.page.form("/approvals"), "decision", "approve")
    expect(mira.page.main(), "approvals")
    expect(desk.admin.get("approvals")["approvals"][0]["decider"], MIRA)
    lena.get(again)
    lena.press(lena.page.form(V2), "decision", "allow")
    expect(desk.exchange("APP", allowed(lena))["scope"], "chat:write,commands")
    form = desk.ask(lena, scope="chat:write,commands,users:read")
    expect("request" in [button[1] for button in form.buttons], True)


def deny(desk):
    """an admin denies: the member sees it, and may ask again"""
    strict(desk)
    lena, mira = desk.surfer(LENA), desk.surfer(MIRA)
    lena.press(desk.ask(lena), "decision", "request")
    mira.get("/approvals")
    form = mira.page.form("/approvals")
    mira.press(form, "decision", "deny")
    mira.press(form, "decision", "approve")  # too late
    expect(desk.admin.get("approvals")["approvals"][0]["state"], "denied")
    form = desk.ask(lena)
    lena.press(form, "decision", "allow")
    refused(lena, "user_is_restricted", 403)
    lena.press(desk.ask(lena), "decision", "request")
    expect(lena.page.main(), "waiting")
    expect([one["state"] for one in desk.admin.get("approvals")["approvals"]], ["denied", "waiting"])


def who_decides(desk):
    """only admins of that workspace decide; admins themselves need no yes"""
    strict(desk)
    lena, teo = desk.surfer(LENA), desk.surfer(TEO)
    lena.press(desk.ask(lena), "decision", "request")
    request = desk.admin.get("approvals")["approvals"][0]["id"]
    lena.get("/approvals")
    expect(lena.page.main(), "notice")
    token = dict(lena.page.forms[0].fields)["form"]
    lena.post("/approvals", [("form", token), ("id", request), ("decision", "approve")])
    teo.get("/approvals")  # an org admin, but of another workspace
    expect(teo.page.main(), "approvals")
    token = dict(teo.page.form("/signout").fields)["form"]
    for wrong in (request, "0", "x", "9" * 30):
        teo.post("/approvals", [("form", token), ("id", wrong), ("decision", "approve")])
        expect(teo.page.main(), "approvals")
    expect(desk.admin.get("approvals")["approvals"][0]["state"], "waiting")
    mira = desk.surfer(MIRA)
    mira.press(desk.ask(mira), "decision", "allow")
    allowed(mira)
    openid = {"path": "/openid/connect/authorize", "scope": "openid", "response_type": "code"}
    lena.press(desk.ask(lena, **openid), "decision", "allow")  # sign-in installs nothing
    allowed(lena)


def by_header(desk):
    """without a browser: the consent header asks too"""
    strict(desk)
    surfer = desk.surfer()
    surfer.get(desk.link(), [("X-Hallpass-Consent", f"request; user={LENA}; team={T1}")])
    expect(surfer.page.main(), "waiting")
    request = desk.admin.get("approvals")["approvals"][0]
    expect((request["user"], request["scopes"]), (LENA, ["chat:write", "commands"]))
    desk.admin.call("POST", f"/admin/v1/approvals/{request['id']}/approve")
    surfer.get(desk.link(), [("X-Hallpass-Consent", f"approve; user={LENA}; team={T1}")])
    allowed(surfer)


def apps(desk):
    """what was granted is listed with its last use, and revoked; the tokens are dead at once"""
    lena, mira = desk.surfer(LENA), desk.surfer(MIRA)
    lena.press(desk.ask(lena, user_scope="search:read"), "decision", "allow")
    answer = desk.exchange("APP", allowed(lena))
    bot, user = answer["access_token"], answer["authed_user"]["access_token"]
    lena.get("/apps")
    expect_in("never", lena.page.text())
    expect(desk.call("auth.test", bot)["ok"], True)
    expect(desk.call("auth.test", user)["ok"], True)
    expect(desk.call("auth.test", bot)["ok"], True)  # by then what the first two left is in the store
    lena.get("/apps")
    expect_in("today", lena.page.text())
    expect("never" in lena.page.text(), False)
    grants = [form for form in lena.page.forms if form.action == "/apps"]
    expect(len(grants), 2)
    own = next(form for form in grants if ("subject", LENA) in form.fields)
    lena.press(own)
    expect(lena.page.main(), "apps")
    expect(desk.call("auth.test", user)["error"], "token_revoked")
    expect(desk.call("auth.test", bot)["ok"], True)
    mira.get("/apps")
    mira.press(mira.page.form("/apps"))  # an owner removes the app from the workspace
    expect(desk.call("auth.test", bot)["error"] in ("token_revoked", "account_inactive"), True)
    mira.get("/apps")
    expect([form for form in mira.page.forms if form.action == "/apps"], [])


def not_yours(desk):
    """nobody revokes what is not theirs, nor what was granted since the page was shown"""
    mira, lena, teo = desk.surfer(MIRA), desk.surfer(LENA), desk.surfer(TEO)
    mira.press(desk.ask(mira, user_scope="search:read"), "decision", "allow")
    answer = desk.exchange("APP", allowed(mira))
    app = desk.apps["APP"]["id"]
    for thief in (lena, teo):
        thief.get("/apps")
        token = dict(thief.page.form("/signout").fields)["form"]
        for subject in ("", MIRA):
            thief.post("/apps", [("form", token), ("app", app), ("owner", T1), ("subject", subject), ("epoch", "1")])
            expect(thief.page.main(), "apps")
    expect(desk.call("auth.test", answer["access_token"])["ok"], True)
    expect(desk.call("auth.test", answer["authed_user"]["access_token"])["ok"], True)
    mira.get("/apps")
    stale = [form for form in mira.page.forms if form.action == "/apps"]
    for form in stale:
        mira.press(form)
    mira.press(desk.ask(mira, user_scope="search:read"), "decision", "allow")
    answer = desk.exchange("APP", allowed(mira))
    for form in stale:  # a reload of the page that answered the press
        mira.press(form)
    expect(desk.call("auth.test", answer["access_token"])["ok"], True)
    expect(desk.call("auth.test", answer["authed_user"]["access_token"])["ok"], True)
    for wrong in ({"epoch": "x"}, {"app": "A" * 90}, {"owner": "T0NONE"}):
        mira.press(stale[0], **wrong)
        expect(mira.seen.status, 200)


def add_url(desk):
    """an error page of dev adds the URL that was sent, and goes on with the request"""
    surfer = desk.surfer(MIRA)
    surfer.get(desk.link(redirect_uri="https://app.example.test:8443/cb"))
    refused(surfer, "bad_redirect_uri")
    surfer.press(surfer.page.form("/redirects"), redirect_uri=EVIL, client_id=desk.apps["BETA"]["client_id"])
    expect(surfer.seen.status, 303)
    surfer.follow()
    expect(surfer.page.main(), "consent")
    surfer.press(surfer.page.form(V2), "decision", "allow")
    expect(allowed(surfer).startswith("https://app.example.test:8443/cb?code="), True)
    urls = desk.admin.get("apps", desk.apps["APP"]["id"])["manifest"]["oauth_config"]["redirect_urls"]
    expect(urls, ["https://app.example.test/cb", "https://app.example.test/alt", "https://app.example.test:8443/cb"])
    beta = desk.admin.get("apps", desk.apps["BETA"]["id"])["manifest"]["oauth_config"]["redirect_urls"]
    expect(beta, ["https://beta.example.test/cb"])


def cannot_add(desk):
    """a URL that may not be configured has no such button; nor has anybody but a browser of that page"""
    surfer = desk.surfer(MIRA)
    for uri in ("http://app.example.test/cb", "javascript:alert(1)", "https://a.test/cb#x", "https://u@a.test/",
                "https://a.test/'; rm -rf"):
        surfer.get(desk.link(redirect_uri=uri))
        refused(surfer, "bad_redirect_uri")
        expect([form for form in surfer.page.forms if form.action == "/redirects"], [], uri)
    surfer.get(desk.link(redirect_uri=EVIL))
    form = surfer.page.form("/redirects")
    stranger = desk.surfer()
    stranger.press(form)
    refused(stranger)
    surfer.post("/redirects", form.with_(), [("Origin", "https://evil.test")])
    refused(surfer)
    expect(len(desk.admin.get("apps", desk.apps["APP"]["id"])["manifest"]["oauth_config"]["redirect_urls"]), 2)


def no_guessing(desk):
    """an error page never sends the browser anywhere"""
    surfer = desk.surfer(MIRA)
    for query in ({"client_id": None}, {"client_id": "1.2"}, {"redirect_uri": EVIL}, {"scope": "nonsense"},
                  {"state": "x" * 4097}, {"scope": None}):
        surfer.get(desk.link(**query))
        expect(surfer.seen.status, 400)
        expect(surfer.seen.header("Location"), None)
        expect(surfer.seen.header("Refresh"), None)
        expect("http-equiv" in surfer.seen.text(), False)
        expect(any("evil.test" in link for link in surfer.page.links), False)


CASES = [approve, deny, who_decides, by_header, apps, not_yours, add_url, cannot_add, no_guessing]
