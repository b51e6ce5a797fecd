"""Runs `attach web` at a terminal of its own, types into it as a person would, and prints what it saw."""
import fcntl, os, pty, select, struct, sys, termios

node, program = sys.argv[1:]
terminal, slave = pty.openpty()
seen = ""


def resize(rows, columns):
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def flags():
    return termios.tcgetattr(slave)[:4]


def wait_for(text):
    """What came up to the text; the text is taken too."""
    global seen
    while text not in seen:
        if not select.select([terminal], [], [], 30)[0]:
            sys.exit(f"waited for {text!r}, saw {seen!r}")
        seen += os.read(terminal, 4096).decode()
    before, _, seen = seen.partition(text)
    return before


def type_in(text):
    os.write(terminal, text.encode())


resize(50, 132)
cooked = flags()
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for stream in range(3):
        os.dup2(slave, stream)
    os.execv(node, [node, program, "attach", "web"])
wait_for("$ ")
type_in("stty size\r")
wait_for("50 132")
print("first size: 50 132")
resize(24, 80)
# Nothing at the terminal says that the size has arrived: asked until it has.
answer = ""
while "24 80" not in answer:
    type_in("stty size\r")
    answer = wait_for("$ ")
print("second size: 24 80")
print("raw:", not flags()[3] & (termios.ICANON | termios.ECHO | termios.ISIG))
type_in("exit 5\r")
done = 0
while not done:
    if select.select([terminal], [], [], 0.05)[0]:
        os.read(terminal, 4096)
    done, status = os.waitpid(pid, os.WNOHANG)
print("exit:", os.waitstatus_to_exitcode(status))
print("restored:", flags() == cooked)
