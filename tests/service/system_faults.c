/* Preloaded into a server, this sets its clock and spoils its syncs as a control file says, which may change any time.
 * The file is named by SYSTEM_FAULTS and holds three 64-bit numbers: see struct control. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct control {
    int64_t clock_offset_s;
    int64_t sync_delay_ms;
    int64_t sync_errno;
};

static volatile struct control *control;

__attribute__((constructor)) static void open_control(void)
{
    const char *path = getenv("SYSTEM_FAULTS");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *memory = mmap(NULL, sizeof(struct control), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (memory != MAP_FAILED)
        control = memory;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, now);
    if (result == 0 && clock == CLOCK_REALTIME && control)
        now->tv_sec += control->clock_offset_s;
    return result;
}

static int sync_by(const char *name, int file)
{
    if (control && control->sync_delay_ms)
        usleep(control->sync_delay_ms * 1000);
    if (control && control->sync_errno) {
        errno = control->sync_errno;
        return -1;
    }
    return ((int (*)(int))dlsym(RTLD_NEXT, name))(file);
}

int fsync(int file)
{
    return sync_by("fsync", file);
}

int fdatasync(int file)
{
    return sync_by("fdatasync", file);
}
