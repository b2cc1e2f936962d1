// SPDX-License-Identifier: Apache-2.0
// hallpass dev and hallpass serve: from arguments to a running server and back to an exit status.
#include <signal.h>
#include <unistd.h>

#include "server/clocks.h"
#include "server/commands.h"
#include "server/process.h"
#include "server/report.h"
#include "server/server.h"

static int usage_error(const struct usage_problem *p)
{
    return report_error(EXIT_USAGE, p->what, p->why, p->hint);
}

static int load_config(struct options *o, struct str path)
{
    char why[160], what[300];
    struct buf text;
    struct object_problem problem;
    if (!path.p) return EXIT_DONE;
    if (!read_file(path.p, &text, why)) {
        snprintf(what, sizeof what, "cannot read the configuration %.*s", STR_FMT(path));
        return report_error(EXIT_CONFIG, what, why, "hallpass check FILE says whether a file is good");
    }
    enum status status = config_apply(buf_view(&text), o, &problem);
    buf_release(&text);
    return status ? report_problem(path.p, &problem) : EXIT_DONE;
}

static int refuse_database(bool by_flag)
{
    return report_error(by_flag ? EXIT_USAGE : EXIT_CONFIG, "a PostgreSQL store was asked for",
                        "this build has the embedded store only", "--data DIR keeps the data in a folder");
}

// File, environment, flags, in this order of precedence, then the rules between them.
static int load_options(struct options *o, const struct given *given)
{
    struct usage_problem usage;
    struct object_problem problem;
    struct str config = given_value(given, "--config");
    int failed = load_config(o, config);
    if (failed) return failed;
    if (environment_apply(environ, o, &problem)) return report_problem("environment", &problem);
    if (given_apply(given, o, &usage)) return usage_error(&usage);
    if (o->store_url.n) return refuse_database(given_value(given, "--store").p);
    if (options_check(o, &problem)) return report_problem(config.p ? config.p : "options", &problem);
    return EXIT_DONE;
}

// The second signal (operations.md 12): what is being committed is committed, nothing else is waited for.
static _Noreturn void stop_now(struct server *s)
{
    static const struct op_type type = {.name = "last"};
    struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    struct op op = {.type = &type, .arena = &arena, .now = clock_now(&s->world.clock)};
    store_run(s->world.store, &op); // what was queued before it is durable when it has ended
    _exit(EXIT_DONE);
}

static void drain(void *ctx)
{
    server_drain(ctx);
}

static void wait_for_stop(const struct options *o)
{
    while (process_wait() == SIGHUP && o->mode == CMD_SERVE)
        log_msg(LOG_WARN, "this version cannot reload its configuration; SIGHUP was ignored");
}

static int run(const struct options *o, uint64_t began)
{
    struct server server;
    process_init();
    log_init(STDERR_FILENO, o->log_format, o->log_level, time_wall);
    int failed = server_start(&server, o);
    if (failed) return failed;
    ready_print(&server, (int64_t)((time_ns() - began) / 1000000));
    wait_for_stop(o);
    log_msg(LOG_INFO, "stopping: no new connections, finishing what is under way");
    if (!process_attend(drain, &server)) stop_now(&server);
    server_stop(&server);
    return EXIT_DONE;
}

int c_serve(const struct command *c, int argc, char **argv)
{
    uint64_t began = time_ns();
    struct given given;
    struct usage_problem usage;
    struct options options;
    enum command_bit mode = (enum command_bit)c->options;
    log_init(STDERR_FILENO, LOG_TEXT, LOG_WARN, time_wall);
    if (given_parse(argc, argv, mode, &given, &usage)) return usage_error(&usage);
    if (mode == CMD_SERVE && !given_value(&given, "--config").p)
        return report_error(EXIT_USAGE, "serve needs a configuration", "--config FILE is missing",
                            "hallpass dev, a sandbox that needs none");
    options_init(&options, mode, given_value(&given, "--strict").p);
    int status = load_options(&options, &given);
    if (!status) status = run(&options, began);
    options_release(&options);
    return status;
}
