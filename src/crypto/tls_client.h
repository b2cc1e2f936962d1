// SPDX-License-Identifier: Apache-2.0
// The client's side of TLS 1.2 and 1.3 on a socket that does not block: no step waits, the caller does. Certificate and
// host name are always verified. A client is used by one thread at a time; a trust by any number.
#pragma once

#include "base/str.h"

struct tls_trust;  // the authorities that are believed
struct tls_client; // one connection

enum tls_step {
    TLS_DONE,
    TLS_WANT_READ,  // again when the socket can be read
    TLS_WANT_WRITE, // again when it can be written
    TLS_END,        // the peer has closed
    TLS_FAILED,     // tls_client_problem() tells
};

// ca_file: PEM of the authorities; NULL: the system's, or what SSL_CERT_FILE and SSL_CERT_DIR name. NULL: the file
// cannot be used.
struct tls_trust *tls_trust_new(const char *ca_file);
void tls_trust_free(struct tls_trust *t);

// host: the name or numeric address (IPv6 without brackets) that the certificate must be for. The socket stays the
// caller's. NULL: the host cannot be in a certificate. SIGPIPE must be ignored or blocked.
struct tls_client *tls_client_new(struct tls_trust *t, int fd, const char *host);
void tls_client_free(struct tls_client *c);
MUST_USE enum tls_step tls_client_handshake(struct tls_client *c);
// At least one byte on TLS_DONE.
MUST_USE enum tls_step tls_client_read(struct tls_client *c, void *p, size_t size, size_t *n);
MUST_USE enum tls_step tls_client_write(struct tls_client *c, const void *p, size_t size, size_t *n);
// Why it failed, in the library's words. Valid until the client is freed.
const char *tls_client_problem(const struct tls_client *c);
