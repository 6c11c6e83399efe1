#pragma once
/*
 * A randomised stream of commands, made so that it can be given to two stores and must be answered
 * alike: several clients over several districts, everything the ledger can do, in its order and out of
 * it. A seed makes the same stream again.
 *
 * A town is one district's part of the stream. It goes burst by burst: one client sends a burst of
 * commands without waiting between them and passes the turn on when all are answered, so that the order
 * within a district is certain while districts run beside one another. What a burst holds is made from
 * what the answers so far told (ids, versions, states):
 *
 *     while ((b = town_burst(t)) != NULL) {
 *         … answer every step of b->steps, in order, in flight together …
 *         town_questions(t, b);                    // adds b->asks
 *         … answer every step of b->asks, one after the other …
 *         town_learn(t, b);
 *     }
 *
 * The bursts stay in t->bursts with their answers and can be done again elsewhere. Time is part of the
 * requests. Texts live in the town's arena; one thread at a time works on a town.
 */
#include "base/random.h"
#include "base/vec.h"
#include "ledger/item/loop.h"
#include "ledger/ledger.h"

enum { STREAM_BURST = 20, TOWN_UNITS = 13, TOWN_FILES = 6, TOWN_LIST = TOWN_FILES };
enum { NO_THING = -1, POOL = 8, TOWN_KINDS = 200 };

struct step {
    struct request request;
    int thing;  // the item it is about, or NO_THING
    bool ok;
    str answer; // the result, or the error told in full
};
typedef VEC(struct step) steps;

struct burst {
    int client;
    steps steps, asks;
};

struct thing { // an item, as far as the answers told
    int64_t id, version, change, objection, evidence, child;
    str linked; // a clause
    int64_t parts[8];
    size_t n_parts;
    unsigned state; // IN_… of item/loop.h
    int lead;       // unit number
    bool known;     // its parts were asked for
    size_t burst;   // the burst it was last used in
};

struct pool { // ids of a kind, the last of them
    const char *name; // of the member in answers that tells one
    size_t n;
    int64_t ids[POOL];
};

struct town_file { // stored before the stream begins
    str hash;
    size_t bytes;
};

struct town {
    struct arena *a;
    struct random rnd;
    int64_t district;
    instant now;
    int clients, commands; // commands: how many it will have in all
    int made;
    VEC(struct burst *) bursts;
    steps script; // the founding of the district
    size_t script_done;
    VEC(struct actor) actors;
    VEC(struct thing) things;
    VEC(struct step) keyed;                  // steps that bore a key
    VEC(int64_t) rows;                       // of the import that is open
    int64_t batch, batch_version, session, seq;
    struct pool pools[10];
    int used[TOWN_KINDS];                    // how often each kind was made
    int serial, fresh[26];                   // numbers for names; by letter, what was added so far
    const struct town_file *files;           // TOWN_FILES: documents to import, then evidence; at TOWN_LIST a list
};

// What the towns' files hold; the same bytes are to be stored for every store.
str stream_file(struct arena *a, int n);
// A list of new rows for the register ZDRW, as XLSX; empty with the failure in c.
str stream_list(struct ctx *c);
void town_found(struct town *t, uint64_t seed, int64_t district, int clients, int commands,
                const struct town_file *files);
struct burst *town_burst(struct town *t); // NULL: the town has had all its commands
void town_questions(struct town *t, struct burst *b);
void town_learn(struct town *t, const struct burst *b);

/*
 * What may be done, as text with placeholders (expand() of stream.c tells them). from: the item states in
 * which it makes sense, 0 for what is not about an item. Weights count among what is possible; most: how
 * often at most, 0 for any number.
 */
struct kind {
    const char *command, *actor, *body;
    unsigned from;
    int weight, most;
};
#define ITEM_V "'item':'$item'$version"
extern const struct kind FIRST_KINDS[], PLAN_KINDS[], AREA_KINDS[];
extern const size_t N_FIRST_KINDS, N_PLAN_KINDS, N_AREA_KINDS;
const struct kind *town_kind(size_t n); // NULL behind the last

struct pool *town_pool(struct town *t, str name); // NULL: there is none of that name

// Between the files of the stream: a step with a body in which ' stands for ", and the town's founding.
struct step step_of(struct town *t, struct actor who, const char *name, str body);
struct actor town_actor(const struct town *t, const char *login); // "system" always
void town_script(struct town *t);
extern const char *const TOWN_UNIT_NAMES[TOWN_UNITS];
