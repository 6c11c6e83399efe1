#include "engine/expr/lex.h"

#include "base/vec.h"

struct lexer {
    struct ctx *c;
    str s;
    size_t at;
    int zone_min;
    VEC(struct token) tokens;
};

enum { LEFT_DOUBLE = 0x201c, RIGHT_DOUBLE, LEFT_SINGLE = 0x2018, RIGHT_SINGLE };

static bool digit(uint32_t u)
{
    return u >= '0' && u <= '9';
}

// The character at *at as the grammar sees it, 0 at the end; *at moves behind it.
static uint32_t step(str s, size_t *at)
{
    if (*at >= s.n) return 0;
    uint32_t u = utf8_next(s, at);
    if (u >= 0xff01 && u <= 0xff5e) return u - 0xfee0;
    switch (u) {
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case 0xa0:
    case 0x3000:
    case 0xfeff: return ' ';
    case 0x3001: return ',';    // 、
    case 0x3010: return '[';    // 【
    case 0x3011: return ']';    // 】
    case 0x2266: return 0x2264; // ≦
    case 0x2267: return 0x2265; // ≧
    case RIGHT_DOUBLE: return LEFT_DOUBLE;
    case RIGHT_SINGLE: return LEFT_SINGLE;
    default: return u;
    }
}

// The character k places behind at.
static uint32_t look(str s, size_t at, int k)
{
    uint32_t u = step(s, &at);
    while (k-- > 0) u = step(s, &at);
    return u;
}

static bool name_char(uint32_t u)
{
    if (u < 0x80) return (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u == '_' || digit(u);
    static const uint32_t signs[] = {LEFT_DOUBLE, LEFT_SINGLE, 0x2264, 0x2265, 0x2260, // “ ‘ ≤ ≥ ≠
                                     0x3002,      0x300a,      0x300b, 0xd7,   0xf7}; // 。《》×÷
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (u == signs[i]) return false;
    return true;
}

// Bytes of the name that begins at at, 0 when none does.
static size_t name_length(str s, size_t at)
{
    size_t end = at, next = at;
    if (digit(look(s, at, 0))) return 0;
    while (next < s.n && name_char(step(s, &next))) end = next;
    return end - at;
}

bool name_is_bare(str name)
{
    return name.n > 0 && name_length(name, 0) == name.n;
}

static struct token *add(struct lexer *x, enum token_kind kind, size_t end)
{
    struct token *t = VEC_PUSH(x->c->a, &x->tokens);
    *t = (struct token){
        .kind = kind, .pos = x->at, .end = end, .text = str_sub(x->s, x->at, end - x->at)};
    x->at = end;
    return t;
}

/* --- quoted things --- */

// From the opening sign at x->at to the closing one; a doubled closing sign stands for itself.
static bool lex_quoted(struct lexer *x, enum token_kind kind, uint32_t close, const char *unclosed)
{
    struct buf b;
    buf_init(&b, x->c->a, EXPR_MAX_BYTES);
    size_t at = x->at;
    (void)step(x->s, &at);
    for (;;) {
        size_t from = at;
        if (at >= x->s.n) return fail_at(x->c, ERR_MALFORMED, unclosed, x->at);
        uint32_t u = step(x->s, &at);
        if (u == close) {
            if (look(x->s, at, 0) != close) break;
            from = at;
            (void)step(x->s, &at);
        }
        buf_add(&b, str_sub(x->s, from, at - from));
    }
    add(x, kind, at)->text = buf_str(&b);
    return true;
}

/* --- numbers and dates --- */

// Takes digits at *at into the buffer and returns how many there were.
static int take_digits(str s, size_t *at, struct buf *b)
{
    int n = 0;
    for (size_t next = *at; digit(look(s, *at, 0)); n++) {
        buf_addc(b, (char)step(s, &next));
        *at = next;
    }
    return n;
}

static bool take_sign(str s, size_t *at, struct buf *b, char sign)
{
    if (look(s, *at, 0) != (uint32_t)sign) return false;
    (void)step(s, at);
    buf_addc(b, sign);
    return true;
}

// "T09:00", seconds and offset may follow; the date is in the buffer already.
static bool lex_instant(struct lexer *x, size_t at, struct buf *b)
{
    str s = x->s;
    (void)step(s, &at);
    buf_addc(b, 'T');
    (void)take_digits(s, &at, b);
    while (look(s, at, 0) == ':' && digit(look(s, at, 1))) {
        (void)take_sign(s, &at, b, ':');
        (void)take_digits(s, &at, b);
    }
    uint32_t u = look(s, at, 0);
    bool zone = (u == '+' || u == '-') && digit(look(s, at, 1)) && digit(look(s, at, 2)) &&
                look(s, at, 3) == ':';
    if (zone) {
        (void)take_sign(s, &at, b, (char)u);
        (void)take_digits(s, &at, b);
        (void)take_sign(s, &at, b, ':');
        (void)take_digits(s, &at, b);
    } else if (u == 'Z') {
        (void)take_sign(s, &at, b, 'Z');
    }
    instant t;
    if (!instant_parse(buf_str(b), x->zone_min, &t))
        return fail_at(x->c, ERR_MALFORMED, "expr.bad_instant", x->at, buf_str(b));
    add(x, TOKEN_INSTANT, at)->number = t;
    return true;
}

// "-03-31" behind a year of four digits, which is in the buffer.
static bool lex_date(struct lexer *x, size_t at, struct buf *b)
{
    int64_t part[3] = {0};
    size_t from[3] = {0, 5, 0};
    (void)take_sign(x->s, &at, b, '-');
    (void)take_digits(x->s, &at, b);
    from[2] = b->n + 1;
    (void)take_sign(x->s, &at, b, '-');
    (void)take_digits(x->s, &at, b);
    str all = buf_str(b);
    size_t to[3] = {4, from[2] - 1, all.n};
    bool good = true;
    for (int i = 0; i < 3; i++)
        good = good && to[i] - from[i] <= 4 &&
               str_int(str_sub(all, from[i], to[i] - from[i]), &part[i]);
    struct civil date = {(int)part[0], (int)part[1], (int)part[2]};
    if (!good || !civil_valid(date))
        return fail_at(x->c, ERR_MALFORMED, "expr.bad_date", x->at, all);
    if (look(x->s, at, 0) == 'T' && digit(look(x->s, at, 1))) return lex_instant(x, at, b);
    add(x, TOKEN_DATE, at)->number = day_of(date.year, date.month, date.day);
    return true;
}

// Is there "-d-d" or "-dd-d" at at, so that four digits before it begin a date?
static bool date_follows(str s, size_t at)
{
    if (look(s, at, 0) != '-' || !digit(look(s, at, 1))) return false;
    int k = digit(look(s, at, 2)) ? 3 : 2;
    return look(s, at, k) == '-' && digit(look(s, at, k + 1));
}

static bool lex_number(struct lexer *x)
{
    struct buf b;
    buf_init(&b, x->c->a, EXPR_MAX_BYTES);
    size_t at = x->at;
    int n = take_digits(x->s, &at, &b);
    if (n == 4 && date_follows(x->s, at)) return lex_date(x, at, &b);
    if (look(x->s, at, 0) == '.' && digit(look(x->s, at, 1))) {
        (void)take_sign(x->s, &at, &b, '.');
        (void)take_digits(x->s, &at, &b);
    }
    add(x, TOKEN_NUMBER, at)->text = buf_str(&b);
    return true;
}

/* --- signs --- */

static bool lex_sign(struct lexer *x)
{
    // Longer signs first.
    static const struct {
        uint32_t first, second;
        enum token_kind kind;
        enum expr_op op;
    } signs[] = {
        {'<', '=', TOKEN_COMPARE, EXPR_LE},
        {'<', '>', TOKEN_COMPARE, EXPR_NE},
        {'>', '=', TOKEN_COMPARE, EXPR_GE},
        {'!', '=', TOKEN_COMPARE, EXPR_NE},
        {'=', '=', TOKEN_COMPARE, EXPR_EQ},
        {'&', '&', TOKEN_AND, 0},
        {'|', '|', TOKEN_OR, 0},
        {'<', 0, TOKEN_COMPARE, EXPR_LT},
        {'>', 0, TOKEN_COMPARE, EXPR_GT},
        {'=', 0, TOKEN_COMPARE, EXPR_EQ},
        {0x2264, 0, TOKEN_COMPARE, EXPR_LE},
        {0x2265, 0, TOKEN_COMPARE, EXPR_GE},
        {0x2260, 0, TOKEN_COMPARE, EXPR_NE},
        {'!', 0, TOKEN_NOT, 0},
        {'(', 0, TOKEN_OPEN, 0},
        {')', 0, TOKEN_CLOSE, 0},
        {',', 0, TOKEN_COMMA, 0},
        {'+', 0, TOKEN_PLUS, 0},
        {'-', 0, TOKEN_MINUS, 0},
    };
    size_t after = x->at;
    uint32_t first = step(x->s, &after), second = look(x->s, after, 0);
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        if (signs[i].first != first || (signs[i].second && signs[i].second != second)) continue;
        if (signs[i].second) (void)step(x->s, &after);
        add(x, signs[i].kind, after)->op = signs[i].op;
        return true;
    }
    return fail_at(x->c, ERR_MALFORMED, "expr.unexpected_character", x->at,
                   str_sub(x->s, x->at, after - x->at));
}

static bool lex_token(struct lexer *x, uint32_t u)
{
    if (digit(u)) return lex_number(x);
    switch (u) {
    case '\'':
    case '"':
    case LEFT_DOUBLE:
    case LEFT_SINGLE: return lex_quoted(x, TOKEN_TEXT, u, "expr.unclosed_text");
    case '[': return lex_quoted(x, TOKEN_NAME, ']', "expr.unclosed_name");
    default: break;
    }
    size_t n = name_length(x->s, x->at);
    if (n == 0) return lex_sign(x);
    add(x, TOKEN_WORD, x->at + n);
    return true;
}

static bool check_limits(struct ctx *c, str s)
{
    if (s.n > EXPR_MAX_BYTES)
        return fail_at(c, ERR_TOO_LARGE, "expr.too_long", EXPR_MAX_BYTES,
                       str_printf(c->a, "%d", EXPR_MAX_BYTES));
    if (utf8_valid(s)) return true;
    size_t good = 0;
    for (size_t next = 0; next < s.n; good = next) {
        (void)utf8_next(s, &next);
        if (!utf8_valid(str_sub(s, good, next - good))) break;
    }
    return fail_at(c, ERR_MALFORMED, "expr.encoding", good);
}

bool expr_lex(struct ctx *c, str source, int zone_min, const struct token **out)
{
    if (!check_limits(c, source)) return false;
    struct lexer x = {.c = c, .s = source, .zone_min = zone_min};
    while (x.at < source.n && ctx_ok(c)) {
        size_t after = x.at;
        uint32_t u = step(source, &after);
        if (u == ' ') {
            x.at = after;
            continue;
        }
        if (x.tokens.n == EXPR_MAX_TOKENS)
            return fail_at(c, ERR_TOO_LARGE, "expr.too_many_tokens", x.at,
                           str_printf(c->a, "%d", EXPR_MAX_TOKENS));
        if (!lex_token(&x, u)) return false;
    }
    (void)add(&x, TOKEN_END, x.at);
    *out = x.tokens.at;
    return ctx_ok(c);
}
