# SPDX-License-Identifier: Apache-2.0
"""Sessions and sign-in of hallpass dev (authorize.md 4 and 6, security.md S29)."""

from pages import (ANA, E1, LENA, MIRA, T1, T2, TEO, V2, allowed, expect, expect_in, query_of, refused)
from surf import Surfer

DAY = 24 * 3600


def cookie_line(surfer):
    return next(value for name, value in surfer.seen.headers if name.lower() == "set-cookie")


def stranger(desk):
    """a stranger is asked who they are, and gets a cookie that only this host sees"""
    surfer = desk.surfer()
    surfer.get(desk.link())
    expect(surfer.seen.status, 200)
    expect(surfer.page.main(), "signin")
    value, *flags = [part.strip() for part in cookie_line(surfer).split(";")]
    expect(value.split("=")[0], "hallpass")
    expect(sorted(flags), sorted(["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=604800"]))
    people = surfer.page.form("/signin", user=MIRA).choices["user"]
    expect(people, [MIRA, TEO, ANA, LENA])


def search(desk):
    """the list of people can be searched; who is not found is not there"""
    surfer = desk.surfer()
    for typed, found in (("teo", [TEO]), ("LENA", [LENA]), ("harbor.example", [MIRA, ANA, LENA]), (TEO, [TEO]),
                         ("nobody", [])):
        surfer.get(desk.link())
        form = next(form for form in surfer.page.forms if any(name == "find" for name, _ in form.fields))
        surfer.press(form, "search", "1", find=typed)
        expect(surfer.page.main(), "signin")
        lists = [form.choices["user"] for form in surfer.page.forms if "user" in form.choices]
        expect(lists[0] if lists else [], found, typed)


def full_way(desk):
    """from the link through sign-in to the consent page, the request unchanged"""
    surfer = desk.surfer()
    surfer.get(desk.link(redirect_uri="https://app.example.test/alt?x=1", user_scope="search:read"))
    surfer.sign_in(MIRA)
    expect(surfer.page.main(), "consent")
    surfer.press(surfer.page.form(V2), "decision", "allow")
    location = allowed(surfer)
    expect(location.startswith("https://app.example.test/alt?x=1&code="), True, location)
    expect(query_of(location)["state"], "a b&c=d")


def renewed(desk):
    """sign-in, switch and sign-out each make the cookie before worthless"""
    surfer = desk.surfer()
    surfer.get("/apps")
    seen = [surfer.cookies["hallpass"]]
    surfer.sign_in(MIRA)
    seen.append(surfer.cookies["hallpass"])
    surfer.press(surfer.page.form("/switch"), account="")
    surfer.sign_in(TEO)
    seen.append(surfer.cookies["hallpass"])
    surfer.press(surfer.page.form("/switch"), account=MIRA)
    surfer.follow()
    expect(surfer.page.main(), "apps")
    seen.append(surfer.cookies["hallpass"])
    surfer.press(surfer.page.form("/signout"))
    surfer.follow()
    expect(surfer.page.main(), "signin")
    expect(len(set(seen + [surfer.cookies["hallpass"]])), 5)
    for cookie in seen:
        thief = desk.surfer()
        thief.cookies["hallpass"] = cookie
        thief.get("/apps")
        expect(thief.page.main(), "signin")
        expect(thief.cookies["hallpass"] == cookie, False, "a dead cookie is replaced")


def fixation(desk):
    """a cookie that was planted before the sign-in is worth nothing after it"""
    attacker = desk.surfer()
    attacker.get(desk.link())
    victim = desk.surfer()
    victim.cookies = dict(attacker.cookies)
    victim.get(desk.link())
    victim.sign_in(MIRA)
    expect(victim.page.main(), "consent")
    attacker.get(desk.link())
    expect(attacker.page.main(), "signin")
    for made_up in ("", "x", "s1000000000.1000000000." + "0" * 64, victim.cookies["hallpass"][:-1],
                    victim.cookies["hallpass"] + "0", victim.cookies["hallpass"].upper()):
        attacker.cookies["hallpass"] = made_up
        attacker.get(desk.link())
        expect(attacker.page.main(), "signin", made_up)


def timeouts(desk):
    """a session ends after twelve hours without use, and after seven days in any case"""
    surfer = desk.surfer(MIRA)
    desk.admin.clock(advance="43199s")
    surfer.get("/apps")
    expect(surfer.page.main(), "apps")
    desk.admin.clock(advance="43200s")
    surfer.get("/apps")
    expect(surfer.page.main(), "signin")
    surfer = desk.surfer(MIRA)
    for _ in range(7 * DAY // 36000):  # used every ten hours
        desk.admin.clock(advance="36000s")
        surfer.get("/apps")
        expect(surfer.page.main(), "apps")
    desk.admin.clock(advance="36000s")
    surfer.get("/apps")
    expect(surfer.page.main(), "signin")


def set_back(desk):
    """a clock that is set back brings no session back"""
    surfer = desk.surfer(MIRA)
    desk.admin.clock(advance="43200s")
    desk.admin.clock(advance="-43200s")
    surfer.get("/apps")
    expect(surfer.page.main(), "signin")


def closed(desk):
    """an account that is closed is out at once, and comes back in only by signing in anew"""
    surfer = desk.surfer(LENA)
    desk.admin.patch("users", LENA, {"role": "deactivated"})
    surfer.get("/apps")
    expect(surfer.page.main(), "signin")
    desk.admin.clock(advance="1s")
    desk.admin.patch("users", LENA, {"role": "member"})
    surfer.get("/apps")
    expect(surfer.page.main(), "signin")
    surfer.sign_in(LENA)
    expect(surfer.page.main(), "apps")


def restricted(desk):
    """guests and deactivated people are told so, and somebody else may sign in"""
    surfer = desk.surfer()
    surfer.get(desk.link())
    surfer.sign_in(ANA)
    refused(surfer, "user_is_restricted", 403)
    surfer.press(surfer.page.form("/switch"))
    expect(surfer.page.main(), "signin")
    surfer.sign_in(MIRA)
    expect(surfer.page.main(), "consent")
    desk.admin.patch("users", LENA, {"role": "deactivated"})
    surfer = desk.surfer()
    surfer.get(desk.link())
    surfer.press(surfer.page.form("/signin", user=MIRA), user=LENA)
    refused(surfer, "user_is_restricted", 403)
    surfer.get("/apps")
    expect(surfer.page.main(), "signin")


def nobody(desk):
    """an id that is nobody's, or no id, signs nobody in"""
    for user in ("U0NOBODY", "x" * 500, "U1'; --", ""):
        surfer = desk.surfer()
        surfer.get("/apps")
        surfer.press(surfer.page.form("/signin", user=MIRA), user=user)
        expect(surfer.seen.header("Location"), None, user)
        surfer.get("/apps")
        expect(surfer.page.main(), "signin", user)


def places(desk):
    """several workspaces in one browser: `team` chooses, the switcher changes, sign-in adds"""
    surfer = desk.surfer(MIRA)
    surfer.get(desk.link(team=T2))
    expect(surfer.page.main(), "signin", "team where nobody is signed in")
    expect_in("Breakwater", surfer.page.text())
    surfer.sign_in(TEO)
    expect(surfer.page.main(), "consent")
    expect_in("Breakwater", surfer.page.text())
    surfer.get(desk.link(team=T1))
    expect(surfer.page.main(), "consent")
    switcher = surfer.page.form("/switch")
    expect(set(switcher.choices["account"]), {MIRA, TEO, ""})
    expect(dict(switcher.fields)["account"], MIRA)
    surfer.press(switcher, account=TEO)
    surfer.follow()
    surfer.press(surfer.page.form(V2), "decision", "allow")
    expect(desk.exchange("APP", allowed(surfer))["team"]["id"], T2)
    surfer.get(desk.link(team="T0UNKNOWN"))
    expect(surfer.page.main(), "consent", "an unknown team counts for nothing")


def chosen_elsewhere(desk):
    """`team` given, nobody signed in there: the workspace of the sign-in is used, whatever team said"""
    surfer = desk.surfer()
    surfer.get(desk.link(team=T2))
    surfer.sign_in(MIRA)
    expect(surfer.page.main(), "consent")
    surfer.press(surfer.page.form(V2), "decision", "allow")
    expect(desk.exchange("APP", allowed(surfer))["team"]["id"], T1)


def sub_domain(desk):
    """a workspace's own host means the same as `team`"""
    name, port = "breakwater.127.0.0.1", desk.server.listen.rsplit(":", 1)[1]
    surfer = Surfer(desk.server.listen, f"{name}:{port}")
    surfer.get(desk.link())
    expect(surfer.page.main(), "signin")
    expect_in("Breakwater", surfer.page.text())
    surfer.sign_in(TEO)
    surfer.press(surfer.page.form(V2), "decision", "allow")
    expect(desk.exchange("APP", allowed(surfer))["team"]["id"], T2)


def org_wide(desk):
    """an org admin may install an org-ready app in the whole org; others see no org"""
    surfer = desk.surfer(TEO)
    form = desk.ask(surfer, "GRID")
    expect(E1 in surfer.page.form("/switch").choices["account"], True)
    surfer.press(surfer.page.form("/switch"), account=E1)
    surfer.follow()
    surfer.press(surfer.page.form(V2), "decision", "allow")
    answer = desk.exchange("GRID", allowed(surfer))
    expect((answer["is_enterprise_install"], answer["team"], answer["enterprise"]["id"]), (True, None, E1))
    desk.ask(surfer, "APP")
    expect(E1 in surfer.page.form("/switch").choices["account"], False)
    mira = desk.surfer(MIRA)
    desk.ask(mira, "GRID")
    expect(E1 in mira.page.form("/switch").choices["account"], False)
    mira.press(mira.page.form("/switch"), account=E1)  # forced: it leads to a sign-in, not to an install
    mira.follow()
    expect(mira.page.main(), "signin")
    expect(form.action, V2)


def at_home(desk):
    """an app that is not distributed stays in its workspace"""
    surfer = desk.surfer(TEO)
    surfer.get(desk.link("OWN"))
    refused(surfer, "invalid_team_for_non_distributed_app", 403)
    surfer.press(surfer.page.form("/switch"))
    surfer.sign_in(MIRA)
    expect(surfer.page.main(), "consent")
    surfer.press(surfer.page.form("/switch"), account=TEO)
    surfer.follow()
    refused(surfer, "invalid_team_for_non_distributed_app", 403)
    surfer.get(desk.link("OWN"))
    expect(surfer.page.main(), "consent", "whoever is at home there is chosen")


def again(desk):
    """who has signed in to an app from a workspace is not asked again when the link names it"""
    page = "/openid/connect/authorize"
    query = {"path": page, "scope": "openid,email", "response_type": "code", "nonce": "n"}
    surfer = desk.surfer(MIRA)
    surfer.get(desk.link(team=T1, **query))
    expect(surfer.page.main(), "consent")
    surfer.press(surfer.page.form(page), "decision", "allow")
    expect(desk.exchange("APP", allowed(surfer), "openid.connect.token")["ok"], True)
    surfer.get(desk.link(team=T1, **query))
    expect(desk.exchange("APP", allowed(surfer), "openid.connect.token")["ok"], True)
    surfer.get(desk.link(**query))
    expect(surfer.page.main(), "consent", "without team")
    surfer.get(desk.link(team=T1, **{**query, "scope": "openid,profile"}))
    expect(surfer.page.main(), "consent", "asks for more")


CASES = [stranger, search, full_way, renewed, fixation, timeouts, set_back, closed, restricted, nobody, places,
         chosen_elsewhere, sub_domain, org_wide, at_home, again]
