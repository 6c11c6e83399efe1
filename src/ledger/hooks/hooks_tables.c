#include "ledger/hooks/hooks_internal.h"

static const struct enum_value algorithms[] = {{"sha256", "HMAC-SHA256", "HMAC-SHA256"},
                                               {"sm3", "HMAC-SM3", "HMAC-SM3"}};
ENUM_TABLE(HOOK_ALGORITHMS, algorithms);
static const struct enum_value states[] = {{"pending", "待发送", "pending"},
                                           {"failed", "失败待重试", "failed, to be tried again"},
                                           {"done", "已送达", "delivered"},
                                           {"given_up", "已放弃", "given up"}};
ENUM_TABLE(HOOK_STATES, states);
static const struct enum_value errors[] = {
    {"status", "接收方答复不是成功", "the receiver did not answer with success"},
    {"timeout", "接收方超时未答复", "the receiver did not answer in time"},
    {"unreachable", "连不上接收方", "the receiver cannot be reached"},
    {"no_host", "接收地址的主机名解析不了", "the host of the address is not found"},
    {"certificate", "接收方的证书不可信", "the receiver's certificate is not trusted"},
    {"forbidden_host", "接收地址不在服务器允许的范围内（hook_allow）", "the address is not among those the server allows (hook_allow)"},
    {"too_long", "接收方答复过长", "the receiver's answer is too long"},
    {"broken", "与接收方的连接中断", "the connection to the receiver broke"}};
ENUM_TABLE(HOOK_ERRORS, errors);

#define OWNER struct webhook
SHAPE_OF(webhook, WEBHOOK_FIELDS);
#undef OWNER
#define OWNER struct hook_cursor
SHAPE_OF(hook_cursor, HOOK_CURSOR_FIELDS);
#undef OWNER
#define OWNER struct hook_delivery
SHAPE_OF(hook_delivery, HOOK_DELIVERY_FIELDS);
#undef OWNER

struct entity WEBHOOK = ENTITY_OF(webhook, "推送", "webhook", NULL, ENTITY_VERSIONED);
struct entity HOOK_CURSOR = ENTITY_OF(hook_cursor, "推送进度", "webhook's place", NULL, ENTITY_EPHEMERAL);
struct entity HOOK_DELIVERY = ENTITY_OF(hook_delivery, "推送记录", "delivery", NULL, ENTITY_EPHEMERAL);

struct records WEBHOOKS_ALL = RECORDS("webhook.newest", &WEBHOOK, "WHERE district_id = $1 ORDER BY id LIMIT 100");
struct records WEBHOOKS_ACTIVE =
    RECORDS("webhook.active", &WEBHOOK, "WHERE district_id = $1 AND active = 1 ORDER BY id LIMIT 100");
struct records DELIVERIES_OPEN =
    RECORDS("hook_delivery.open", &HOOK_DELIVERY,
            "WHERE district_id = $1 AND webhook_id = $2 AND state IN ('pending', 'failed') ORDER BY seq, id LIMIT 20");
struct records DELIVERIES_LATEST =
    RECORDS("hook_delivery.latest", &HOOK_DELIVERY,
            "WHERE district_id = $1 AND webhook_id = $2 ORDER BY seq DESC, id DESC LIMIT 100");
struct records DELIVERIES_IN_STATE =
    RECORDS("hook_delivery.in_state", &HOOK_DELIVERY,
            "WHERE district_id = $1 AND webhook_id = $2 AND state = $3 ORDER BY seq DESC, id DESC LIMIT 100");
struct records DELIVERY_OF =
    RECORDS("hook_delivery.of_record", &HOOK_DELIVERY,
            "WHERE district_id = $1 AND webhook_id = $2 AND seq = $3 AND item_id = $4 ORDER BY id LIMIT 1");

static const struct command commands[] = {
    {"webhook.add", "登记推送", "Declare a webhook", "登记一个接收系统；签名密钥只显示这一次，督查核准后才发送",
     "Declares a receiving system; its secret is told this once, and nothing is sent before a supervisor approves it",
     ROLE_SYSADMIN, &webhook_add_shape, webhook_add_run},
    {"webhook.edit", "修改推送", "Edit a webhook", "修改推送；改动地址、事件、台账或密钥须重新核准",
     "Edits a webhook; a new address, other events, another register or secret must be approved again", ROLE_SYSADMIN,
     &webhook_edit_shape, webhook_edit_run},
    {"webhook.approve", "核准推送", "Approve a webhook", "核准向该地址发送这些事件，自核准时起",
     "Approves that these events are sent to this address, from now on", ROLE_SUPERVISOR, &webhook_one_shape,
     webhook_approve_run},
    {"webhook.withdraw", "撤回核准", "Withdraw approval", "撤回核准，立即停止发送", "Withdraws the approval; nothing more is sent",
     ROLE_SUPERVISOR, &webhook_one_shape, webhook_withdraw_run},
    {"webhook.remove", "删除推送", "Remove a webhook", "删除推送及其发送记录", "Removes a webhook and what it keeps of deliveries",
     ROLE_SYSADMIN, &webhook_one_shape, webhook_remove_run},
    {"webhook.test", "试发", "Send a test", "发送一条不含业务内容的测试", "Sends a test without any business content",
     ROLE_SYSADMIN, &webhook_one_shape, webhook_test_run},
    {"webhook.replay", "重发", "Replay", "把一段日志序号内的事件按原编号重新发送",
     "Sends the events of a span of journal records again, with the same ids", ROLE_SYSADMIN | ROLE_SUPERVISOR,
     &webhook_replay_shape, webhook_replay_run},
};
static const struct query queries[] = {
    {"webhooks", "推送", "Webhooks", "登记的推送及其状况", "The webhooks and how they stand",
     ROLE_SYSADMIN | ROLE_SUPERVISOR | ROLE_AUDITOR, NULL, webhooks_query},
    {"webhook_deliveries", "推送记录", "Deliveries", "一个推送最近的发送记录", "The latest deliveries of a webhook",
     ROLE_SYSADMIN | ROLE_SUPERVISOR | ROLE_AUDITOR, &webhook_deliveries_shape, webhook_deliveries_query},
};
static struct records *const records[] = {&WEBHOOKS_ALL,      &WEBHOOKS_ACTIVE,     &DELIVERIES_OPEN,
                                          &DELIVERIES_LATEST, &DELIVERIES_IN_STATE, &DELIVERY_OF};
static const struct stmt *const statements[] = {
    &HOOK_LAST_ID, &HOOK_RECORDS,     &HOOK_CHANGES,       &HOOK_COUNTS,
    &HOOK_DROP,    &HOOK_DROP_CURSOR, &HOOK_DISTRICT_LIST, &HOOK_OLD,
    &HOOK_SWEEP,   &HOOK_FIRST_OPEN,  &HOOK_FIRST_TEST};

const struct subject HOOKS_SUBJECT = {.name = "hooks",
                                      .commands = commands,
                                      .n_commands = COUNT_OF(commands),
                                      .queries = queries,
                                      .n_queries = COUNT_OF(queries),
                                      .records = records,
                                      .n_records = COUNT_OF(records),
                                      .statements = statements,
                                      .n_statements = COUNT_OF(statements)};
