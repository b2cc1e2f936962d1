// SPDX-License-Identifier: Apache-2.0

// Command interop installs apps with github.com/slack-go/slack and golang.org/x/oauth2, unmodified, through the server
// under test, and prints TAP.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"strings"

	"github.com/slack-go/slack"
	"golang.org/x/oauth2"
)

const (
	mira = "approve; user=U04R7GH2S1M; team=T04QX81RB9C"
	deny = "deny; user=U04R7GH2S1M; team=T04QX81RB9C"
	team = "T04QX81RB9C"
)

type app struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
}

type world struct {
	URL      string         `json:"url"`
	Callback string         `json:"callback"`
	Apps     map[string]app `json:"apps"`
}

// The callback's URL after the button on an authorize link was pressed.
func (w world) consent(link, button string) (*url.URL, error) {
	request, err := http.NewRequest(http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-Hallpass-Consent", button)
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusFound {
		page, _ := io.ReadAll(answer.Body)
		return nil, fmt.Errorf("authorize: %s %s", answer.Status, page)
	}
	return answer.Location()
}

func expect(what string, value, wanted any) error {
	if value != wanted {
		return fmt.Errorf("%s: %v, not %v", what, value, wanted)
	}
	return nil
}

// slack-go has no function for the link.
func (w world) slackCode(a app) (string, error) {
	query := url.Values{"client_id": {a.ClientID}, "scope": {"chat:write,commands"}, "user_scope": {"search:read"},
		"redirect_uri": {w.Callback}}
	callback, err := w.consent(w.URL+"/oauth/v2/authorize?"+query.Encode(), mira)
	if err != nil {
		return "", err
	}
	return callback.Query().Get("code"), nil
}

// A token works when auth.test says whose it is.
func (w world) slackTest(token, user string) error {
	who, err := slack.New(token, slack.OptionAPIURL(w.URL+"/api/")).AuthTest()
	if err != nil {
		return err
	}
	return firstOf(expect("auth.test team_id", who.TeamID, team), expect("auth.test user_id", who.UserID, user))
}

func firstOf(problems ...error) error {
	for _, problem := range problems {
		if problem != nil {
			return problem
		}
	}
	return nil
}

func (w world) slackInstall() error {
	a := w.Apps["slack-go-granular"]
	code, err := w.slackCode(a)
	if err != nil {
		return err
	}
	answer, err := slack.GetOAuthV2Response(http.DefaultClient, a.ClientID, a.ClientSecret, code, w.Callback,
		slack.OAuthOptionAPIURL(w.URL+"/api/"))
	if err != nil {
		return err
	}
	return firstOf(expect("team", answer.Team.ID, team), expect("scope", answer.Scope, "chat:write,commands"),
		expect("user's scope", answer.AuthedUser.Scope, "search:read"),
		w.slackTest(answer.AccessToken, answer.BotUserID),
		w.slackTest(answer.AuthedUser.AccessToken, answer.AuthedUser.ID))
}

func (w world) slackRefresh() error {
	a := w.Apps["slack-go-rotating"]
	code, err := w.slackCode(a)
	if err != nil {
		return err
	}
	at := slack.OAuthOptionAPIURL(w.URL + "/api/")
	first, err := slack.GetOAuthV2Response(http.DefaultClient, a.ClientID, a.ClientSecret, code, w.Callback, at)
	if err != nil {
		return err
	}
	second, err := slack.RefreshOAuthV2Token(http.DefaultClient, a.ClientID, a.ClientSecret, first.RefreshToken, at)
	if err != nil {
		return err
	}
	return firstOf(expect("expires_in", second.ExpiresIn, 43200), w.slackTest(second.AccessToken, second.BotUserID))
}

func (w world) slackWrongSecret() error {
	a := w.Apps["slack-go-granular"]
	code, err := w.slackCode(a)
	if err != nil {
		return err
	}
	_, err = slack.GetOAuthV2Response(http.DefaultClient, a.ClientID, strings.Repeat("0", 32), code, w.Callback,
		slack.OAuthOptionAPIURL(w.URL+"/api/"))
	return expect("error", fmt.Sprint(err), "bad_client_secret")
}

func (w world) config(a app, style oauth2.AuthStyle) *oauth2.Config {
	return &oauth2.Config{ClientID: a.ClientID, ClientSecret: a.ClientSecret, RedirectURL: w.Callback,
		Scopes: []string{"chat:write", "commands"}, Endpoint: oauth2.Endpoint{AuthURL: w.URL + "/oauth/v2/authorize",
			TokenURL: w.URL + "/api/oauth.v2.access", AuthStyle: style}}
}

func (w world) exchange(config *oauth2.Config) (*oauth2.Token, error) {
	callback, err := w.consent(config.AuthCodeURL("a state"), mira)
	if err != nil {
		return nil, err
	}
	if err := expect("state", callback.Query().Get("state"), "a state"); err != nil {
		return nil, err
	}
	return config.Exchange(context.Background(), callback.Query().Get("code"))
}

func (w world) oauth2Install() error {
	token, err := w.exchange(w.config(w.Apps["x-oauth2-granular"], oauth2.AuthStyleAutoDetect))
	if err != nil {
		return err
	}
	return firstOf(expect("scope", token.Extra("scope"), "chat:write,commands"),
		w.slackTest(token.AccessToken, fmt.Sprint(token.Extra("bot_user_id"))))
}

func (w world) oauth2Refresh() error {
	config := w.config(w.Apps["x-oauth2-rotating"], oauth2.AuthStyleInParams)
	first, err := w.exchange(config)
	if err != nil {
		return err
	}
	second, err := config.TokenSource(context.Background(), &oauth2.Token{RefreshToken: first.RefreshToken}).Token()
	if err != nil {
		return err
	}
	return w.slackTest(second.AccessToken, fmt.Sprint(second.Extra("bot_user_id")))
}

// It sends the code twice before it believes that: first with Basic, then with the credentials in the body.
func (w world) oauth2WrongSecret() error {
	a := w.Apps["x-oauth2-granular"]
	a.ClientSecret = strings.Repeat("0", 32)
	token, err := w.exchange(w.config(a, oauth2.AuthStyleAutoDetect))
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return fmt.Errorf("%v %v, not a refusal", token, err)
	}
	return expect("error", refused.ErrorCode, "bad_client_secret")
}

func (w world) oauth2Denied() error {
	config := w.config(w.Apps["x-oauth2-granular"], oauth2.AuthStyleAutoDetect)
	callback, err := w.consent(config.AuthCodeURL("a state"), deny)
	if err != nil {
		return err
	}
	return firstOf(expect("error", callback.Query().Get("error"), "access_denied"),
		expect("code", callback.Query().Get("code"), ""))
}

// The versions that go.mod names, as they were built in.
func versions() map[string]string {
	found := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			found[module.Path] = module.Path + " " + module.Version
		}
	}
	return found
}

func main() {
	var w world
	if err := json.Unmarshal([]byte(os.Getenv("INTEROP_WORLD")), &w); err != nil {
		fmt.Println("not ok 1 - INTEROP_WORLD:", err)
		os.Exit(1)
	}
	named := versions()
	slackGo, xOauth2 := named["github.com/slack-go/slack"], named["golang.org/x/oauth2"]
	tests := []struct {
		name string
		run  func() error
	}{
		{slackGo + ": install", w.slackInstall},
		{slackGo + ": refresh", w.slackRefresh},
		{slackGo + ": a wrong secret", w.slackWrongSecret},
		{xOauth2 + ": install", w.oauth2Install},
		{xOauth2 + ": refresh", w.oauth2Refresh},
		{xOauth2 + ": denied", w.oauth2Denied},
		{xOauth2 + ": a wrong secret", w.oauth2WrongSecret},
	}
	failed := 0
	for i, test := range tests {
		word := "ok"
		err := test.run()
		if err != nil {
			word = "not ok"
			failed++
		}
		fmt.Printf("%s %d - %s\n", word, i+1, test.name)
		if err != nil {
			fmt.Printf("# %v\n", err)
		}
	}
	fmt.Printf("1..%d\n", len(tests))
	if failed > 0 {
		os.Exit(1)
	}
}
