/* OpenAPI 3.1 of all commands and queries, printed from the same tables that run them. */
#include "ledger/ledger.h"
#include "ledger/subjects.h"

static void schema_of(struct json *j, const struct shape *s, bool for_input);

static void enum_schema(struct json *j, const struct enum_table *t)
{
    jw_put_text(j, "type", STR("string"));
    jw_key(j, "enum");
    jw_array(j);
    for (size_t i = 0; i < t->n; i++) jw_text(j, str_of(t->at[i].code));
    jw_end(j);
    jw_key(j, "x-titles");
    jw_object(j);
    for (size_t i = 0; i < t->n; i++) {
        jw_key(j, t->at[i].code);
        jw_array(j);
        jw_text(j, str_of(t->at[i].zh));
        jw_text(j, str_of(t->at[i].en));
        jw_end(j);
    }
    jw_end(j);
}

// "string", or ["string", "null"] where an answer may say "none".
static void type_of(struct json *j, const char *type, bool nullable)
{
    jw_key(j, "type");
    if (!nullable) {
        jw_text(j, str_of(type));
        return;
    }
    jw_array(j);
    jw_text(j, str_of(type));
    jw_text(j, STR("null"));
    jw_end(j);
}

static void list_schema(struct json *j, const struct field *f)
{
    jw_put_text(j, "type", STR("array"));
    if (f->max) jw_put_int(j, "maxItems", f->max);
    jw_key(j, "items");
    if (f->type == F_OBJECTS) {
        schema_of(j, f->extra, true);
        return;
    }
    jw_object(j);
    jw_put_text(j, "type", STR("string"));
    if (f->type == F_IDS) jw_put_text(j, "x-reference", str_of(f->extra));
    jw_end(j);
}

static void field_schema(struct json *j, const struct field *f, bool for_input)
{
    bool nullable = !for_input && !(f->flags & REQUIRED);
    jw_object(j);
    jw_put_text(j, "title", str_of(f->zh));
    jw_put_text(j, "description", str_of(f->en));
    switch (f->type) {
    case F_INT: type_of(j, "integer", false); break;
    case F_BOOL: type_of(j, "boolean", false); break;
    case F_ENUM: enum_schema(j, f->extra); break;
    case F_DAY:
        type_of(j, "string", nullable);
        jw_put_text(j, "format", STR("date"));
        break;
    case F_INSTANT:
        type_of(j, "string", nullable);
        jw_put_text(j, "format", STR("date-time"));
        break;
    case F_JSON: break; // any value
    case F_IDS:
    case F_TEXTS:
    case F_OBJECTS: list_schema(j, f); break;
    default:
        type_of(j, "string", nullable);
        if (f->type == F_TEXT && f->max) jw_put_int(j, "maxLength", f->max);
        if (f->type == F_REF) jw_put_text(j, "x-reference", str_of(f->extra));
        if (f->type == F_DEC) jw_put_text(j, "format", STR("decimal"));
    }
    if (f->flags & MULTILINE) jw_put_bool(j, "x-multiline", true);
    jw_end(j);
}

static bool shown(const struct field *f, bool for_input)
{
    if (for_input) return !(f->flags & COMPUTED);
    return f->type != F_SECRET && !(f->flags & HIDDEN);
}

static void schema_of(struct json *j, const struct shape *s, bool for_input)
{
    jw_object(j);
    jw_put_text(j, "type", STR("object"));
    if (for_input) jw_put_bool(j, "additionalProperties", false);
    jw_key(j, "properties");
    jw_object(j);
    for (size_t i = 0; s && i < s->n; i++) {
        if (!shown(&s->fields[i], for_input)) continue;
        jw_key(j, s->fields[i].name);
        field_schema(j, &s->fields[i], for_input);
    }
    jw_end(j);
    jw_key(j, "required");
    jw_array(j);
    for (size_t i = 0; s && i < s->n; i++) {
        const struct field *f = &s->fields[i];
        if (shown(f, for_input) && (!for_input || (f->flags & REQUIRED)))
            jw_text(j, str_of(f->name));
    }
    jw_end(j);
    jw_end(j);
}

static void roles_list(struct json *j, unsigned roles)
{
    jw_key(j, "x-roles");
    jw_array(j);
    for (size_t i = 0; i < ROLE_TABLE.n; i++)
        if (roles >> i & 1) jw_text(j, str_of(ROLE_TABLE.at[i].code));
    jw_end(j);
}

static void head(struct json *j, const char *id, const char *zh, const char *doc_en,
                 const char *doc_zh)
{
    jw_put_text(j, "operationId", str_of(id));
    jw_put_text(j, "summary", str_of(zh));
    jw_put_text(j, "description", str_of(doc_en));
    jw_put_text(j, "x-description-zh", str_of(doc_zh));
}

static void answers(struct json *j)
{
    jw_key(j, "responses");
    jw_raw(j, STR("{\"200\":{\"description\":\"done\",\"content\":{\"application/"
                  "json\":{\"schema\":{\"type\":\"object\"}}}},"
                  "\"default\":{\"$ref\":\"#/components/responses/problem\"}}"));
}

static void command_path(struct json *j, const struct command *cmd, struct arena *a)
{
    jw_key_str(j, str_printf(a, "/api/v1/do/%s", cmd->name));
    jw_object(j);
    jw_key(j, "post");
    jw_object(j);
    head(j, cmd->name, cmd->zh, cmd->doc_en, cmd->doc_zh);
    roles_list(j, cmd->roles);
    jw_key(j, "parameters");
    jw_raw(j, STR("[{\"$ref\":\"#/components/parameters/idempotency\"},{\"$ref\":\"#/components/"
                  "parameters/csrf\"}]"));
    jw_key(j, "requestBody");
    jw_object(j);
    jw_put_bool(j, "required", true);
    jw_key(j, "content");
    jw_object(j);
    jw_key(j, "application/json");
    jw_object(j);
    jw_key(j, "schema");
    schema_of(j, cmd->args, true);
    jw_end(j);
    jw_end(j);
    jw_end(j);
    answers(j);
    jw_end(j);
    jw_end(j);
}

static void query_path(struct json *j, const struct query *q, struct arena *a)
{
    jw_key_str(j, str_printf(a, "/api/v1/%s", q->name));
    jw_object(j);
    jw_key(j, "get");
    jw_object(j);
    head(j, q->name, q->zh, q->doc_en, q->doc_zh);
    roles_list(j, q->roles);
    jw_key(j, "parameters");
    jw_array(j);
    for (size_t i = 0; q->args && i < q->args->n; i++) {
        const struct field *f = &q->args->fields[i];
        jw_object(j);
        jw_put_text(j, "name", str_of(f->name));
        jw_put_text(j, "in", STR("query"));
        jw_put_bool(j, "required", (f->flags & REQUIRED) != 0);
        jw_key(j, "schema");
        field_schema(j, f, true);
        jw_end(j);
    }
    jw_end(j);
    answers(j);
    jw_end(j);
    jw_end(j);
}

/*
 * The server's own paths: who is signed in, and files. They are no commands or queries, so they
 * stand here as they are; docs/api.md tells their members.
 */
#define DONE                                                                       \
    "\"responses\":{\"200\":{\"description\":\"done\",\"content\":{\"application/" \
    "json\":{\"schema\":{"                                                         \
    "\"type\":\"object\"}}}},\"default\":{\"$ref\":\"#/components/responses/problem\"}}"
static const struct {
    const char *path, *json;
} SERVER_PATHS[] = {
    {"/api/v1/welcome",
     "{\"get\":{\"operationId\":\"welcome\",\"summary\":\"登录之前可知的\",\"security\":[],\"parameters\":["
     "{\"name\":\"district\",\"in\":\"query\",\"required\":false,\"schema\":{\"type\":\"string\"}},"
     "{\"name\":\"q\",\"in\":\"query\",\"required\":false,\"schema\":{\"type\":\"string\"}}]," DONE
     "}}"},
    {"/api/v1/session",
     "{\"get\":{\"operationId\":\"session.get\",\"summary\":\"谁已登录\"," DONE "},"
     "\"post\":{\"operationId\":\"session.open\",\"summary\":\"登录\",\"security\":[],"
     "\"requestBody\":{"
     "\"required\":true,\"content\":{\"application/json\":{\"schema\":{\"type\":\"object\","
     "\"additionalProperties\":false,\"required\":[\"login\",\"password\"],\"properties\":{"
     "\"login\":{\"type\":\"string\"},\"password\":{\"type\":\"string\"},"
     "\"district\":{\"type\":\"string\"}}}}}}," DONE "},"
     "\"delete\":{\"operationId\":\"session.close\",\"summary\":\"退出\","
     "\"parameters\":[{\"$ref\":\"#/components/parameters/csrf\"}]," DONE "}}"},
    {"/api/v1/events",
     "{\"get\":{\"operationId\":\"events\",\"summary\":\"实时更新\",\"parameters\":["
     "{\"name\":\"Last-Event-ID\",\"in\":\"header\",\"required\":false,\"schema\":{\"type\":\"string\"}}],"
     "\"responses\":{\"200\":{\"description\":\"a stream that says when the journal moved\",\"content\":{"
     "\"text/event-stream\":{\"schema\":{\"type\":\"string\"}}}},"
     "\"default\":{\"$ref\":\"#/components/responses/problem\"}}}}"},
    {"/api/v1/files",
     "{\"post\":{\"operationId\":\"files.store\",\"summary\":\"上传文件\",\"parameters\":["
     "{\"$ref\":\"#/components/parameters/"
     "csrf\"},{\"name\":\"X-File-Name\",\"in\":\"header\",\"required\":true,"
     "\"schema\":{\"type\":\"string\",\"maxLength\":255}}],\"requestBody\":{\"required\":true,"
     "\"content\":{"
     "\"application/octet-stream\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}}}," DONE
     "}}"},
    {"/api/v1/files/{hash}",
     "{\"get\":{\"operationId\":\"files.get\",\"summary\":\"下载文件\",\"parameters\":["
     "{\"name\":\"hash\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}},"
     "{\"name\":\"name\",\"in\":\"query\",\"required\":false,\"schema\":{\"type\":\"string\"}}],"
     "\"responses\":{\"200\":{\"description\":\"the bytes, as an attachment\"},"
     "\"default\":{\"$ref\":\"#/components/responses/problem\"}}}}"},
};

static const char COMPONENTS[] = "\"parameters\":{\"idempotency\":{\"name\":\"Idempotency-Key\","
                                 "\"in\":\"header\",\"required\":false,"
                                 "\"schema\":{\"type\":\"string\",\"maxLength\":80}},"
                                 "\"csrf\":{\"name\":\"X-CSRF-Token\",\"in\":\"header\","
                                 "\"required\":true,\"schema\":{\"type\":\"string\"}}},"
                                 "\"responses\":{\"problem\":{\"description\":\"RFC 9457 "
                                 "problem\",\"content\":{\"application/problem+json\":"
                                 "{\"schema\":{\"$ref\":\"#/components/schemas/problem\"}}}}}";
static const char PROBLEM[] =
    "{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\",\"code\",\"id\",\"detail\"],"
    "\"properties\":{"
    "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":"
    "\"integer\"},"
    "\"code\":{\"type\":\"string\"},\"id\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"},"
    "\"field\":{\"type\":\"string\"},\"position\":{\"type\":\"integer\"},\"request_id\":{\"type\":"
    "\"string\"}}}";

static void components(struct json *j)
{
    jw_key(j, "components");
    jw_object(j);
    jw_key(j, "schemas");
    jw_object(j);
    jw_key(j, "problem");
    jw_raw(j, STR_ARRAY(PROBLEM));
    for (size_t i = 0; i < N_ENTITIES; i++) {
        if (ENTITIES[i]->flags & ENTITY_EPHEMERAL) continue;
        jw_key(j, ENTITIES[i]->name);
        schema_of(j, ENTITIES[i]->shape, false);
    }
    jw_end(j);
    // The writer keeps the commas; the constant holds further members of the same object.
    buf_addc(j->b, ',');
    buf_add(j->b, STR_ARRAY(COMPONENTS));
    jw_end(j);
}

bool ledger_openapi(struct ctx *c, struct buf *out)
{
    struct json j;
    ledger_setup();
    jw_init(&j, out);
    jw_object(&j);
    jw_put_text(&j, "openapi", STR("3.1.0"));
    jw_key(&j, "info");
    jw_raw(&j, STR("{\"title\":\"Bihuan 闭环\",\"version\":\"" BIHUAN_VERSION
                   "\",\"license\":{\"name\":\"Apache-2.0\","
                   "\"identifier\":\"Apache-2.0\"}}"));
    jw_key(&j, "paths");
    jw_object(&j);
    for (size_t s = 0; s < N_SUBJECTS; s++) {
        for (size_t i = 0; i < SUBJECTS[s]->n_commands; i++) {
            if (SUBJECTS[s]->commands[i].roles != ROLE_SYSTEM)
                command_path(&j, &SUBJECTS[s]->commands[i], c->a);
        }
        for (size_t i = 0; i < SUBJECTS[s]->n_queries; i++)
            query_path(&j, &SUBJECTS[s]->queries[i], c->a);
    }
    for (size_t i = 0; i < COUNT_OF(SERVER_PATHS); i++) {
        jw_key(&j, SERVER_PATHS[i].path);
        jw_raw(&j, str_of(SERVER_PATHS[i].json));
    }
    jw_end(&j);
    components(&j);
    jw_end(&j);
    return buf_ok(out) ? ctx_ok(c) : fail(c, ERR_TOO_LARGE, "query.too_large");
}
