/*
 * Conservation on damaged documents: lines shuffled, dropped, doubled, cut in the middle, joined;
 * documents mixed. Whatever comes, every non-empty line ends in exactly one entry, that entry names
 * the line among its own, and unaccounted is empty. The account is recomputed here from the entries
 * and from the source text alone.
 */
#include "check.h"

#include <dirent.h>

#include "base/random.h"
#include "base/vec.h"
#include "exchange/division/division.h"
#include "exchange/text/decode.h"

enum { ROUNDS = 400, MAX_LINES = 4000 };

static uint64_t seed(void)
{
    const char *text = getenv("BIHUAN_SEED");
    return text ? strtoull(text, NULL, 10) : 20230201;
}

struct pool {
    VEC(str) lines;
};

static void load(struct fixture *f, struct pool *pool, const char *path)
{
    FILE *in = fopen(path, "rb");
    check(in != NULL);
    char *p = arena_alloc(f->a, 200000);
    size_t n = fread(p, 1, 200000, in);
    fclose(in);
    str text;
    enum text_encoding e;
    check(text_decode(&f->c, (str){p, n}, &text, &e));
    while (text.n) {
        str line = str_trim(str_cut(&text, STR("\n")));
        if (line.n) VEC_ADD(f->a, &pool->lines, line);
    }
}

static void load_all(struct fixture *f, struct pool *pool)
{
    const char *folder = getenv("BIHUAN_FIXTURES");
    check(folder != NULL);
    DIR *dir = opendir(folder);
    check(dir != NULL);
    for (struct dirent *d; (d = readdir(dir)) != NULL;)
        if (str_ends(str_of(d->d_name), STR(".txt")) || str_ends(str_of(d->d_name), STR(".csv")))
            load(f, pool, str_printf(f->a, "%s/%s%c", folder, d->d_name, 0).p);
    closedir(dir);
    check(pool->lines.n > 100);
}

// A damaged document: a stretch of the pool with some lines swapped, dropped, cut, joined,
// repeated.
static str damaged(struct arena *a, const struct pool *pool, struct random *r)
{
    struct buf b;
    buf_init(&b, a, 4 * 1024 * 1024);
    size_t n = 1 + (size_t)random_below(r, 120), at = (size_t)random_below(r, pool->lines.n);
    bool mixed = random_below(r, 3) == 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = mixed || random_below(r, 12) == 0 ? (size_t)random_below(r, pool->lines.n)
                                                     : (at + i) % pool->lines.n;
        str line = pool->lines.at[k];
        switch (random_below(r, 16)) {
        case 0: line = utf8_head(line, (size_t)random_below(r, utf8_count(line) + 1)); break;
        case 1:
            line = str_from(line, utf8_head(line, (size_t)random_below(r, utf8_count(line) + 1)).n);
            break;
        case 2: continue;
        case 3: buf_add(&b, line); break;
        default: break;
        }
        buf_add(&b, line);
        if (random_below(r, 20)) buf_addc(&b, '\n');
    }
    return buf_str(&b);
}

static bool lists(const size_t *blocks, size_t n, size_t block)
{
    for (size_t i = 0; i < n; i++)
        if (blocks[i] == block) return true;
    return false;
}

// Does the entry that the block points to name the block?
static bool owned(const struct division_result *r, size_t i)
{
    const struct division_block *b = &r->blocks.at[i];
#define OWNED(list)          \
    (b->index < r->list.n && \
     lists(r->list.at[b->index].blocks.at, r->list.at[b->index].blocks.n, i))
    switch (b->role) {
    case DIVISION_TASK: return OWNED(tasks);
    case DIVISION_HEADING: return OWNED(headings);
    case DIVISION_NOTICE: return OWNED(notices);
    case DIVISION_REPORTING: return OWNED(reporting);
    case DIVISION_TO_CONFIRM: return OWNED(to_confirm);
    case DIVISION_FREE: return false;
    }
    return false;
}

static size_t source_lines(struct fixture *f, str text)
{
    struct text_lines lines = {0};
    check(text_split(&f->c, text, &lines));
    size_t n = 0;
    for (size_t i = 0; i < lines.n; i++) n += text_clean(f->a, lines.at[i].text).n > 0;
    return n;
}

static void nothing_is_lost(void **state)
{
    struct fixture *f = *state;
    struct pool pool = {0};
    load_all(f, &pool);
    struct random r;
    random_init(&r, seed());
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark m = arena_mark(f->a);
        str text = damaged(f->a, &pool, &r);
        check_row("round %d: %.200s", round, str_z(f->a, text));
        struct division_options o = {0};
        struct division_result res;
        if (division_read(&f->c, text, STR("damaged.txt"), &o, &res)) {
            check_int(res.blocks.n, source_lines(f, text));
            check_int(res.unaccounted.n, 0);
            for (size_t i = 0; i < res.blocks.n; i++) check(owned(&res, i));
            for (size_t i = 0; i < res.tasks.n; i++) check(res.tasks.at[i].blocks.n > 0);
        } else {
            check_str(str_of(f->c.err.id), "division.empty");
            error_clear(&f->c);
        }
        arena_reset_to(f->a, m);
    }
}

// As CSV: whatever the columns hold, each cell is accounted for.
static void no_cell_is_lost(void **state)
{
    struct fixture *f = *state;
    struct pool pool = {0};
    load_all(f, &pool);
    static const char *const heads[] = {"序号", "重点任务", "责任单位", "牵头单位", "完成时限",
                                        "类别", "备注",     "一季度",   "具体举措", "责任领导"};
    struct random r;
    random_init(&r, seed() + 1);
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark m = arena_mark(f->a);
        struct buf b;
        buf_init(&b, f->a, 4 * 1024 * 1024);
        size_t cols = 1 + (size_t)random_below(&r, 9), rows = 1 + (size_t)random_below(&r, 30),
               cells = 0;
        for (size_t y = 0; y < rows; y++) {
            for (size_t x = 0; x < cols; x++) {
                if (x) buf_addc(&b, ',');
                str s = STR_EMPTY;
                if (y == 1 || random_below(&r, 25) == 0)
                    s = str_of(heads[random_below(&r, COUNT_OF(heads))]);
                else if (random_below(&r, 3)) s = pool.lines.at[random_below(&r, pool.lines.n)];
                if (random_below(&r, 6) == 0) s = str_printf(f->a, "%zu", y);
                s = text_clean(f->a, str_replace(f->a, str_replace(f->a, s, STR(","), STR("，")),
                                                 STR("\""), STR("”")));
                cells += s.n > 0;
                buf_add(&b, s);
            }
            buf_addc(&b, '\n');
        }
        check_row("round %d: %.200s", round, str_z(f->a, buf_str(&b)));
        struct division_options o = {0};
        struct division_result res;
        if (division_read(&f->c, buf_str(&b), STR("x.csv"), &o, &res)) {
            if (cols > 1) check_int(res.blocks.n, cells);
            check_int(res.unaccounted.n, 0);
            for (size_t i = 0; i < res.blocks.n; i++) check(owned(&res, i));
        } else {
            check_str(str_of(f->c.err.id), "division.empty");
            error_clear(&f->c);
        }
        arena_reset_to(f->a, m);
    }
}

int main(void)
{
    return CHECK_RUN(UNIT(nothing_is_lost), UNIT(no_cell_is_lost));
}
