// Preloaded into the program: its wall clock is as many seconds ahead as the file named by
// CLOCK_SHIFT_FILE says at that moment. The steady clock is left alone.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long shift(void) {
    const char* name = getenv("CLOCK_SHIFT_FILE");
    const int file = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    char text[32] = {0};
    if (file < 0) {
        return 0;
    }
    const ssize_t size = read(file, text, sizeof text - 1);
    close(file);
    return size > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
    const int status = (int)syscall(SYS_clock_gettime, clock, now);
    if (status == 0 && clock == CLOCK_REALTIME) {
        now->tv_sec += shift();
    }
    return status;
}
