// SPDX-License-Identifier: Apache-2.0
#include "crypto/tls_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/mem.h"

struct tls_trust {
    SSL_CTX *ctx;
};

struct tls_client {
    SSL *ssl;
    char problem[160];
};

static bool load(SSL_CTX *ctx, const char *ca_file)
{
    return (ca_file ? SSL_CTX_load_verify_file(ctx, ca_file) : SSL_CTX_set_default_verify_paths(ctx)) == 1;
}

struct tls_trust *tls_trust_new(const char *ca_file)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (!ctx || !load(ctx, ca_file) || !SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION)) {
        SSL_CTX_free(ctx);
        ERR_clear_error();
        return NULL;
    }
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // A peer that closes without saying so has closed; whoever reads knows where an answer ends.
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    struct tls_trust *t = mem_alloc(sizeof *t);
    t->ctx = ctx;
    return t;
}

void tls_trust_free(struct tls_trust *t)
{
    if (!t) return;
    SSL_CTX_free(t->ctx);
    mem_free(t);
}

// RFC 6125: the certificate must be for this name or address. Addresses are not sent as server names (RFC 6066 3).
static bool expect(SSL *ssl, const char *host)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (X509_VERIFY_PARAM_set1_ip_asc(param, host)) return true;
    ERR_clear_error();
    return X509_VERIFY_PARAM_set1_host(param, host, 0) && SSL_set_tlsext_host_name(ssl, host);
}

struct tls_client *tls_client_new(struct tls_trust *t, int fd, const char *host)
{
    SSL *ssl = t ? SSL_new(t->ctx) : NULL;
    if (!ssl || !*host || !expect(ssl, host) || !SSL_set_fd(ssl, fd)) {
        SSL_free(ssl);
        ERR_clear_error();
        return NULL;
    }
    struct tls_client *c = mem_alloc(sizeof *c);
    c->ssl = ssl;
    return c;
}

void tls_client_free(struct tls_client *c)
{
    if (!c) return;
    SSL_free(c->ssl);
    mem_free(c);
}

static void keep_problem(struct tls_client *c)
{
    long verify = SSL_get_verify_result(c->ssl);
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    if (verify != X509_V_OK)
        snprintf(c->problem, sizeof c->problem, "certificate: %s", X509_verify_cert_error_string(verify));
    else
        snprintf(c->problem, sizeof c->problem, "%s", reason ? reason : "the connection was lost");
}

// What a call of the library that gave `r` has come to. The error queue is the thread's: it is left empty.
static enum tls_step step_of(struct tls_client *c, int r)
{
    int error = SSL_get_error(c->ssl, r);
    if (error == SSL_ERROR_NONE) return TLS_DONE;
    if (error == SSL_ERROR_WANT_READ) return TLS_WANT_READ;
    if (error == SSL_ERROR_WANT_WRITE) return TLS_WANT_WRITE;
    if (error == SSL_ERROR_ZERO_RETURN) return TLS_END;
    keep_problem(c);
    ERR_clear_error();
    return TLS_FAILED;
}

enum tls_step tls_client_handshake(struct tls_client *c)
{
    return step_of(c, SSL_connect(c->ssl));
}

enum tls_step tls_client_read(struct tls_client *c, void *p, size_t size, size_t *n)
{
    return step_of(c, SSL_read_ex(c->ssl, p, size, n));
}

enum tls_step tls_client_write(struct tls_client *c, const void *p, size_t size, size_t *n)
{
    return step_of(c, SSL_write_ex(c->ssl, p, size, n));
}

const char *tls_client_problem(const struct tls_client *c)
{
    return c->problem;
}
