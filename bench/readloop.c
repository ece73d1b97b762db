/* The bare cost of reading /proc: what the recorder is measured against (see recorder.py beside this).
 *
 *   readloop read TICKS INTERVAL_MS FILE... -- PROCESS_FILE...
 *       reads FILEs whole and, of every process, PROCESS_FILEs ("fd" is not read: its size is asked). Each bears a
 *       letter and a colon before its name: t for every tick, e for the first and the last, o for the first alone.
 *   readloop sleep COUNT AWAKE THREADS
 *       has COUNT children of so many threads, of which AWAKE wake up five times a second, until its
 *       standard input ends.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FDS = 16, BUFFER = 65536, LONGEST_SECONDS = 600 };
static char buffer[BUFFER];

static void nap(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
	nanosleep(&t, NULL);
}

static void read_host_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	while (read(fd, buffer, BUFFER) > 0)
		;
	close(fd);
}

static void read_process_file(int proc, const char *pid, const char *file)
{
	char path[300];
	struct stat status;
	snprintf(path, sizeof path, "%s/%s", pid, file);
	if (!strcmp(file, "fd")) {
		fstatat(proc, path, &status, 0);
		return;
	}
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (read(fd, buffer, BUFFER) < 0)
		buffer[0] = 0;
	close(fd);
}

static int is_due(const char *file, int tick, int ticks)
{
	return *file == 't' || tick == 1 || (*file == 'e' && tick == ticks);
}

static int read_loop(int ticks, long interval, char **files)
{
	DIR *directory = opendir("/proc");
	if (!directory)
		return 1;
	for (int tick = 1; tick <= ticks; tick++) {
		char **file = files;
		for (; *file && strcmp(*file, "--"); file++)
			if (is_due(*file, tick, ticks))
				read_host_file(*file + 2);
		char **process_files = *file ? file + 1 : file;
		rewinddir(directory);
		for (struct dirent *entry; (entry = readdir(directory));)
			if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
				for (file = process_files; *file; file++)
					if (is_due(*file, tick, ticks))
						read_process_file(dirfd(directory), entry->d_name, *file + 2);
		if (tick < ticks)
			nap(interval);
	}
	return 0;
}

static void *sleep_on(void *unused)
{
	while (1)
		pause();
	return unused;
}

static void be_a_sleeper(int wakes, int threads)
{
	pthread_t thread;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(LONGEST_SECONDS);
	for (int fd = 3; fd < FDS; fd++)
		dup2(0, fd);
	while (--threads > 0)
		if (pthread_create(&thread, NULL, sleep_on, NULL))
			_exit(1);
	while (1)
		wakes ? nap(200) : (void)pause();
}

static int sleepers(int count, int awake, int threads)
{
	for (int child = 0; child < count; child++) {
		pid_t pid = fork();
		if (pid < 0)
			return 1;
		if (!pid)
			be_a_sleeper(child < awake, threads);
	}
	alarm(LONGEST_SECONDS);
	puts("ready");
	fflush(stdout);
	while (read(0, buffer, BUFFER) > 0)
		;
	return 0; /* PR_SET_PDEATHSIG ends the children */
}

int main(int argc, char **argv)
{
	if (argc >= 5 && !strcmp(argv[1], "read"))
		return read_loop(atoi(argv[2]), atol(argv[3]), argv + 4);
	if (argc == 5 && !strcmp(argv[1], "sleep"))
		return sleepers(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]));
	fputs("usage: see the head of readloop.c\n", stderr);
	return 2;
}
