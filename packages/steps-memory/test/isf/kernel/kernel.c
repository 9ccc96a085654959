/* A kernel in miniature: what the types of a real one are made of, and nothing that runs.
 *   gcc -g -O1 -mcmodel=kernel -ffreestanding -fno-pie -no-pie -nostdlib -static -Wl,--build-id=none \
 *     -Wl,-T,kernel.ld -Wl,-z,max-page-size=64 -o kernel.elf kernel.c
 *   pahole -J kernel.elf && objcopy --strip-debug kernel.elf && gzip -9n kernel.elf
 * gcc 12.2, pahole 1.24. */
typedef unsigned int u32;
typedef struct { u32 val; } kuid_t;
struct list_head { struct list_head *next, *prev; };
enum state { RUNNING, STOPPED = 4, DEAD = -1 };
typedef enum { LOW = 1, HIGH = 0x80000000u } level_t;
enum wide { NONE, FAR = 0x7fffffffffffffffLL };
union either { long number; const char *text; };
struct opaque;
struct seqcount { u32 sequence; };
struct timekeeper { unsigned long seconds; unsigned char leap; };
struct task_struct {
  enum state state;
  unsigned frozen : 1;
  unsigned prio : 5;
  _Bool dead : 1;
  struct list_head tasks;
  union {
    struct { int pid; int tgid; };
    unsigned long both;
  };
  kuid_t uid;
  level_t level;
  enum wide wide;
  volatile union either *restrict either;
  struct opaque *opaque;
  int (*act)(struct task_struct *, char);
  short grid[3];
  char comm[16];
  __int128 big;
};
struct task_struct init_task = { .comm = "swapper" };
struct list_head modules = { &modules, &modules };
struct task_struct *current __attribute__((section(".data..percpu"))) = &init_task;
static struct { struct seqcount seq; struct timekeeper timekeeper; } tk_core;
void *sys_call_table[3];
const char linux_banner[] = "Linux version 6.1.0-0-mini (cordon) #1 SMP\n";
char hidden;
void _text(void) { tk_core.seq.sequence++; current = &init_task; }
