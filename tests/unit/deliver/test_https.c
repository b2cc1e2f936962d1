// SPDX-License-Identifier: Apache-2.0
// The client over TLS: a certificate that is made here, and what is wrong with others.
#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "check.h"
#include "crypto/tls_client.h"
#include "deliver/client.h"

enum { PATIENCE_MS = 20000 };

struct peer {
    int fd;
    unsigned port;
    SSL_CTX *ctx;
    pthread_t thread;
};

static EVP_PKEY *key;

// Self-signed, so that it is its own authority. days: from yesterday on.
static X509 *certificate(const char *names, int days)
{
    X509 *x = X509_new();
    X509_NAME *name = X509_get_subject_name(x);
    X509V3_CTX ctx;
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -86400);
    X509_gmtime_adj(X509_getm_notAfter(x), 86400L * (days - 1));
    X509_set_pubkey(x, key);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"receiver", -1, -1, 0);
    X509_set_issuer_name(x, name);
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
    X509_EXTENSION *san = X509V3_EXT_conf_nid(NULL, &ctx, NID_subject_alt_name, names);
    assert_non_null(san);
    X509_add_ext(x, san, -1);
    X509_EXTENSION_free(san);
    assert_true(X509_sign(x, key, EVP_sha256()) > 0);
    return x;
}

static void *serve(void *arg)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    struct peer *p = arg;
    char request[4096];
    int fd = accept(p->fd, NULL, NULL);
    SSL *ssl = SSL_new(p->ctx);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1 && SSL_read(ssl, request, sizeof request) > 0) SSL_write(ssl, answer, sizeof answer - 1);
    SSL_free(ssl);
    close(fd);
    return NULL;
}

static void peer_start(struct peer *p, X509 *x)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof a;
    p->ctx = SSL_CTX_new(TLS_server_method());
    assert_int_equal(SSL_CTX_use_certificate(p->ctx, x), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(p->ctx, key), 1);
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(p->fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(p->fd, 1), 0);
    assert_int_equal(getsockname(p->fd, (struct sockaddr *)&a, &size), 0);
    p->port = ntohs(a.sin_port);
    assert_int_equal(pthread_create(&p->thread, NULL, serve, p), 0);
}

static void peer_stop(struct peer *p)
{
    pthread_join(p->thread, NULL);
    close(p->fd);
    SSL_CTX_free(p->ctx);
}

static struct tls_trust *trust_in(X509 *x)
{
    char path[] = "/tmp/hallpass-test-ca-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, x), 1);
    fclose(file);
    struct tls_trust *t = tls_trust_new(path);
    unlink(path);
    assert_non_null(t);
    return t;
}

static struct call_answer post(const char *host, unsigned port, struct tls_trust *trust)
{
    char url[64];
    struct call_answer a;
    int stop = eventfd(0, EFD_CLOEXEC);
    snprintf(url, sizeof url, "https://%s:%u/", host, port);
    struct call call = {.url = str_of(url), .timeout_ms = PATIENCE_MS, .anywhere = true, .stop = stop, .trust = trust};
    client_post(&call, &a);
    close(stop);
    return a;
}

static const struct {
    const char *names, *host;
    int days;
    bool known;
    const char *problem; // NULL: good
} rows[] = {
    {"IP:127.0.0.1", "127.0.0.1", 9, true, NULL},
    {"DNS:localhost", "localhost", 9, true, NULL},
    {"DNS:localhost", "127.0.0.1", 9, true, "IP address mismatch"},
    {"DNS:elsewhere.example.test", "localhost", 9, true, "hostname mismatch"},
    {"IP:127.0.0.1", "127.0.0.1", 0, true, "certificate has expired"},
    {"IP:127.0.0.1", "127.0.0.1", 9, false, "self-signed certificate"},
};

static void test_certificates(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct peer p;
        X509 *x = certificate(rows[i].names, rows[i].days), *other = certificate("IP:127.0.0.2", 9);
        struct tls_trust *trust = trust_in(x);
        if (!rows[i].known) {
            X509_free(x);
            x = certificate(rows[i].names, rows[i].days);
            X509_set_serialNumber(x, X509_get_serialNumber(other));
        }
        struct tls_trust *none = tls_trust_new(NULL);
        peer_start(&p, x);
        struct call_answer a = post(rows[i].host, p.port, rows[i].known ? trust : none);
        peer_stop(&p);
        assert_int_equal(a.result, rows[i].problem ? CALL_INSECURE : CALL_ANSWERED);
        if (rows[i].problem && !strstr(a.detail, rows[i].problem)) fail_msg("%s: %s", rows[i].problem, a.detail);
        if (!rows[i].problem) assert_int_equal(a.status, 200);
        tls_trust_free(none);
        tls_trust_free(trust);
        X509_free(other);
        X509_free(x);
    }
}

// Somebody who speaks no TLS.
static void *serve_plain(void *arg)
{
    char request[4096];
    int fd = accept(*(int *)arg, NULL, NULL);
    if (recv(fd, request, sizeof request, 0) > 0) send(fd, "HTTP/1.1 400 Bad\r\n\r\n", 20, MSG_NOSIGNAL);
    close(fd);
    return NULL;
}

static void test_plain_http_behind_https(void **state)
{
    struct peer p;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof a;
    struct tls_trust *trust = tls_trust_new(NULL);
    (void)state;
    p.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(p.fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(p.fd, 1), 0);
    assert_int_equal(getsockname(p.fd, (struct sockaddr *)&a, &size), 0);
    assert_int_equal(pthread_create(&p.thread, NULL, serve_plain, &p.fd), 0);
    struct call_answer answer = post("127.0.0.1", ntohs(a.sin_port), trust);
    assert_int_equal(answer.result, CALL_INSECURE);
    assert_true(answer.detail[0]);
    pthread_join(p.thread, NULL);
    close(p.fd);
    tls_trust_free(trust);
}

static void test_a_file_that_is_none(void **state)
{
    (void)state;
    assert_null(tls_trust_new("/nonexistent/ca.pem"));
    assert_null(tls_trust_new("/dev/null"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_certificates),
        cmocka_unit_test(test_plain_http_behind_https),
        cmocka_unit_test(test_a_file_that_is_none),
    };
    signal(SIGPIPE, SIG_IGN);
    key = EVP_EC_gen("P-256");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    EVP_PKEY_free(key);
    return failed;
}
