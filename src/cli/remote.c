/*
 * Commands while a server holds the store: they go through it, with the token that the server left in
 * data/server.json for its own user. Loopback only.
 */
#include <curl/curl.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"

static size_t collect(char *p, size_t size, size_t n, void *arg)
{
    buf_add(arg, (str){p, size * n});
    return size * n;
}

static bool told_problem(struct ctx *c, str answer)
{
    json_t *root = json_loadb(answer.p, answer.n, 0, NULL);
    const char *detail = json_string_value(json_object_get(root, "detail"));
    const char *code = json_string_value(json_object_get(root, "code"));
    enum error_code kind = ERR_REFUSED;
    for (enum error_code e = ERR_NONE; code && e < ERR_CODES; e++)
        if (strcmp(code, error_code_name(e)) == 0) kind = e;
    fail(c, kind, "cli.server_said", str_of(detail ? detail : "?"));
    json_decref(root);
    return false;
}

static struct curl_slist *headers_of(struct ctx *c, const struct cli_options *o, const char *token)
{
    struct curl_slist *h = curl_slist_append(NULL, "Content-Type: application/json");
    h = curl_slist_append(h, str_z(c->a, str_printf(c->a, "Authorization: Bearer %s", token)));
    if (o->login.n) h = curl_slist_append(h, str_z(c->a, str_printf(c->a, "X-Act-As: %.*s", STR_FMT(o->login))));
    if (o->district.n)
        h = curl_slist_append(h, str_z(c->a, str_printf(c->a, "X-District: %.*s", STR_FMT(o->district))));
    if (o->key.n) h = curl_slist_append(h, str_z(c->a, str_printf(c->a, "Idempotency-Key: %.*s", STR_FMT(o->key))));
    return curl_slist_append(h, c->lang == LANG_EN ? "Accept-Language: en" : "Accept-Language: zh");
}

static bool post(struct ctx *c, const struct cli_options *o, str command, str body, const char *address,
                 const char *token, str *result)
{
    struct buf answer;
    long status = 0;
    buf_init(&answer, c->a, 16 * 1024 * 1024);
    CURL *h = curl_easy_init();
    if (!h) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    struct curl_slist *headers = headers_of(c, o, token);
    str url = str_printf(c->a, "http://%s/api/v1/do/%.*s", address, STR_FMT(command));
    curl_easy_setopt(h, CURLOPT_URL, str_z(c->a, url));
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, body.p);
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, (long)body.n);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(h, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
    CURLcode rc = curl_easy_perform(h);
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(h);
    if (rc != CURLE_OK) return fail(c, ERR_UNKNOWN, "cli.no_answer", str_of(curl_easy_strerror(rc)));
    *result = buf_str(&answer);
    return status == 200 || told_problem(c, *result);
}

bool remote_do(struct ctx *c, const struct cli_options *o, str command, str body, bool *found, str *result)
{
    str path = str_printf(c->a, "%.*s/server.json", STR_FMT(o->data_dir));
    json_t *root = json_load_file(str_z(c->a, path), 0, NULL);
    const char *address = json_string_value(json_object_get(root, "address"));
    const char *token = json_string_value(json_object_get(root, "token"));
    *found = address && token;
    bool ok = *found && post(c, o, command, body, address, token, result);
    json_decref(root);
    return ok || (!*found && c->err.code == ERR_NONE);
}
