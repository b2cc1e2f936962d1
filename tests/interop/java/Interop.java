// SPDX-License-Identifier: Apache-2.0

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.slack.api.Slack;
import com.slack.api.SlackConfig;
import com.slack.api.bolt.App;
import com.slack.api.bolt.AppConfig;
import com.slack.api.bolt.model.Bot;
import com.slack.api.bolt.model.Installer;
import com.slack.api.bolt.request.RequestHeaders;
import com.slack.api.bolt.response.Response;
import com.slack.api.bolt.service.builtin.FileInstallationService;
import com.slack.api.bolt.service.builtin.oauth.OAuthV2AccessErrorHandler;
import com.slack.api.bolt.util.SlackRequestParser;
import com.slack.api.methods.MethodsClient;
import com.slack.api.methods.response.auth.AuthTestResponse;
import com.slack.api.methods.response.oauth.OAuthV2AccessResponse;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * com.slack.api:slack-api-client and com.slack.api:bolt, unmodified, install through the server under test; prints TAP.
 * The API's base is an option of both. Bolt's authorize link is a literal: here the browser swaps its origin.
 */
public final class Interop {
    private static final String MIRA = "approve; user=U04R7GH2S1M; team=T04QX81RB9C";
    private static final String DENY = "deny; user=U04R7GH2S1M; team=T04QX81RB9C";
    private static final String TEAM = "T04QX81RB9C";
    private static final JsonObject WORLD = JsonParser.parseString(System.getenv("INTEROP_WORLD")).getAsJsonObject();
    private static final String URL = WORLD.get("url").getAsString();
    private static final HttpClient BROWSER = HttpClient.newHttpClient();

    private interface Test {
        void run() throws Exception;
    }

    private static int ran;
    private static int failed;

    private static void test(String name, Test test) {
        String problem = null;
        try {
            test.run();
        } catch (Exception | AssertionError e) {
            problem = e.toString();
            failed++;
        }
        System.out.printf("%s %d - %s%n", problem == null ? "ok" : "not ok", ++ran, name);
        if (problem != null) System.out.println("# " + problem.replace("\n", "\n# "));
    }

    private static void expect(String what, Object value, Object wanted) {
        if (!Objects.equals(value, wanted)) throw new AssertionError(what + ": " + value + ", not " + wanted);
    }

    private static JsonObject app(String name) {
        return WORLD.getAsJsonObject("apps").getAsJsonObject(name);
    }

    private static String of(JsonObject object, String key) {
        return object.get(key).getAsString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Map<String, List<String>> parameters(URI uri) {
        Map<String, List<String>> found = new HashMap<>();
        if (uri.getRawQuery() == null) return found;
        for (String pair : uri.getRawQuery().split("&")) {
            String[] sides = pair.split("=", 2);
            found.computeIfAbsent(URLDecoder.decode(sides[0], StandardCharsets.UTF_8), name -> new ArrayList<>())
                .add(sides.length < 2 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
        }
        return found;
    }

    private static HttpResponse<String> get(String url, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) request.headers(headers);
        return BROWSER.send(request.build(), BodyHandlers.ofString());
    }

    /** The callback's URL after the button on an authorize link was pressed. */
    private static URI consent(String link, String button) throws Exception {
        HttpResponse<String> pressed = get(link, "X-Hallpass-Consent", button);
        expect("status of authorize: " + pressed.body(), pressed.statusCode(), 302);
        return URI.create(pressed.headers().firstValue("Location").orElseThrow());
    }

    private static Slack slack() {
        SlackConfig config = new SlackConfig();
        config.setMethodsEndpointUrlPrefix(URL + "/api/");
        return Slack.getInstance(config);
    }

    // slack-api-client, which has no function for the link.

    private static String code(JsonObject app) throws Exception {
        URI callback = consent(URL + "/oauth/v2/authorize?client_id=" + of(app, "client_id")
            + "&scope=chat:write,commands&user_scope=search:read&redirect_uri=" + encoded(of(WORLD, "callback")), MIRA);
        return parameters(callback).get("code").get(0);
    }

    private static OAuthV2AccessResponse exchange(JsonObject app, String secret) throws Exception {
        String code = code(app);
        return slack().methods().oauthV2Access(r -> r.clientId(of(app, "client_id")).clientSecret(secret).code(code)
            .redirectUri(of(WORLD, "callback")));
    }

    private static void clientInstall() throws Exception {
        JsonObject app = app("slack-api-client-granular");
        OAuthV2AccessResponse answer = exchange(app, of(app, "client_secret"));
        expect("error", answer.getError(), null);
        expect("team", answer.getTeam().getId(), TEAM);
        expect("scope", answer.getScope(), "chat:write,commands");
        expect("authed_user.scope", answer.getAuthedUser().getScope(), "search:read");
        AuthTestResponse bot = slack().methods().authTest(r -> r.token(answer.getAccessToken()));
        expect("auth.test user_id", bot.getUserId(), answer.getBotUserId());
        AuthTestResponse user = slack().methods().authTest(r -> r.token(answer.getAuthedUser().getAccessToken()));
        expect("auth.test user_id", user.getUserId(), answer.getAuthedUser().getId());
    }

    private static void clientRefresh() throws Exception {
        JsonObject app = app("slack-api-client-rotating");
        MethodsClient methods = slack().methods();
        OAuthV2AccessResponse first = exchange(app, of(app, "client_secret"));
        OAuthV2AccessResponse second = methods.oauthV2Access(r -> r.clientId(of(app, "client_id"))
            .clientSecret(of(app, "client_secret")).grantType("refresh_token").refreshToken(first.getRefreshToken()));
        expect("error", second.getError(), null);
        expect("token_type", second.getTokenType(), "bot");
        expect("expires_in", second.getExpiresIn(), 43200);
        AuthTestResponse bot = methods.authTest(r -> r.token(second.getAccessToken()));
        expect("auth.test user_id", bot.getUserId(), second.getBotUserId());
    }

    private static void clientWrongSecret() throws Exception {
        OAuthV2AccessResponse answer = exchange(app("slack-api-client-granular"), "0".repeat(32));
        expect("ok", answer.isOk(), false);
        expect("error", answer.getError(), "bad_client_secret");
    }

    // bolt: install path, state cookie, callback, exchange, auth.test and installation store are its own.

    /** A Bolt app behind the JDK's HTTP server. */
    private static final class Bolted implements AutoCloseable {
        final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        final String origin = "http://127.0.0.1:" + server.getAddress().getPort();
        final Path folder = Files.createTempDirectory("interop");
        final List<String> errors = new ArrayList<>();
        final FileInstallationService store;
        private final App app;
        private final SlackRequestParser parser;

        Bolted(JsonObject record, String secret) throws Exception {
            AppConfig config = AppConfig.builder().slack(slack()).clientId(of(record, "client_id")).clientSecret(secret)
                .signingSecret(of(record, "signing_secret")).scope("chat:write,commands").userScope("search:read")
                .oauthInstallPath("/slack/install").oauthRedirectUriPath("/slack/oauth_redirect")
                .oAuthInstallPathEnabled(true).oAuthRedirectUriPathEnabled(true)
                .oAuthInstallPageRenderingEnabled(false).redirectUri(origin + "/slack/oauth_redirect").build();
            store = new FileInstallationService(config, folder.toString());
            app = new App(config).asOAuthApp(true).service(store);
            app.oauthCallbackError((request, response) -> {
                errors.add(request.getPayload().getError());
                return response;
            });
            OAuthV2AccessErrorHandler refused = (request, response, answer) -> {
                errors.add(answer.getError());
                return response;
            };
            app.oauthCallbackAccessError(refused);
            parser = new SlackRequestParser(config);
            configure(record, config.getRedirectUri());
            server.createContext("/", this::serve);
            server.start();
        }

        private void serve(HttpExchange exchange) throws IOException {
            try (exchange) {
                URI uri = exchange.getRequestURI();
                Response answer = app.run(parser.parse(SlackRequestParser.HttpRequest.builder()
                    .requestUri(uri.getPath()).queryString(parameters(uri)).requestBody("").remoteAddress("127.0.0.1")
                    .headers(new RequestHeaders(exchange.getRequestHeaders())).build()));
                answer.getHeaders().forEach((name, values) -> exchange.getResponseHeaders().put(name, values));
                byte[] body = Objects.toString(answer.getBody(), "").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(answer.getStatusCode(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }

        /** From the install path to Bolt's answer to the callback. */
        HttpResponse<String> visit(String button) throws Exception {
            HttpResponse<String> start = get(origin + "/slack/install");
            String link = start.headers().firstValue("Location").orElseThrow(() -> new AssertionError(start.body()));
            String cookie = start.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
            URI callback = consent(link.replaceFirst("^https://slack\\.com", URL), button);
            return get(callback.toString(), "Cookie", cookie);
        }

        @Override
        public void close() throws IOException {
            server.stop(0);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
            }
        }
    }

    /** Makes `redirect` the app's only redirect URL, as its developer would. */
    private static void configure(JsonObject app, String redirect) throws Exception {
        JsonObject manifest = app.getAsJsonObject("manifest").deepCopy();
        manifest.getAsJsonObject("oauth_config").add("redirect_urls", JsonParser.parseString("[\"" + redirect + "\"]"));
        JsonObject change = new JsonObject();
        change.add("manifest", manifest);
        HttpRequest request = HttpRequest.newBuilder(URI.create(of(WORLD, "admin") + "/admin/v1/apps/" + of(app, "id")))
            .headers("X-Hallpass", "1", "Content-Type", "application/json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString(change.toString())).build();
        HttpResponse<String> answer = BROWSER.send(request, BodyHandlers.ofString());
        expect("status of PATCH: " + answer.body(), answer.statusCode(), 200);
    }

    private static void boltInstall() throws Exception {
        JsonObject app = app("bolt-granular");
        try (Bolted bolted = new Bolted(app, of(app, "client_secret"))) {
            HttpResponse<String> end = bolted.visit(MIRA);
            expect("errors", bolted.errors, List.of());
            expect("status of the last page: " + end.body(), end.statusCode(), 200);
            Bot bot = bolted.store.findBot(null, TEAM);
            AuthTestResponse who = slack().methods().authTest(r -> r.token(bot.getBotAccessToken()));
            expect("bot_id, which Bolt has from auth.test", bot.getBotId(), who.getBotId());
            Installer installer = bolted.store.findInstaller(null, TEAM, "U04R7GH2S1M");
            expect("bot's scope", installer.getBotScope(), "chat:write,commands");
            expect("user's scope", installer.getInstallerUserScope(), "search:read");
        }
    }

    private static void boltDenied() throws Exception {
        JsonObject app = app("bolt-granular");
        try (Bolted bolted = new Bolted(app, of(app, "client_secret"))) {
            bolted.visit(DENY);
            expect("errors", bolted.errors, List.of("access_denied"));
        }
    }

    private static void boltWrongSecret() throws Exception {
        try (Bolted bolted = new Bolted(app("bolt-granular"), "0".repeat(32))) {
            bolted.visit(MIRA);
            expect("errors", bolted.errors, List.of("bad_client_secret"));
            expect("bot", bolted.store.findBot(null, TEAM), null);
        }
    }

    public static void main(String[] arguments) {
        String client = "slack-api-client " + com.slack.api.meta.SlackApiClientLibraryVersion.get();
        String bolt = "bolt " + com.slack.api.bolt.meta.BoltLibraryVersion.get();
        test(client + ": install", Interop::clientInstall);
        test(client + ": refresh", Interop::clientRefresh);
        test(client + ": a wrong secret", Interop::clientWrongSecret);
        test(bolt + ": install", Interop::boltInstall);
        test(bolt + ": denied", Interop::boltDenied);
        test(bolt + ": a wrong secret", Interop::boltWrongSecret);
        System.out.println("1.." + ran);
        System.exit(failed > 0 ? 1 : 0);
    }
}
