//! Ending processes. The worker leads a process group with the compilers, each relay one with the user's code.

use std::process::ExitStatus;

/// A process group, by the number of its leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group(pub u32);

impl Group {
    /// Ends all of it at once.
    #[cfg(unix)]
    pub fn kill(self) {
        let group = i32::try_from(self.0).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(group) = group {
            // It may have ended by itself.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }

    /// Makes its leader wait, until it is to go on. Where its parent ends, the system lets it go on.
    #[cfg(unix)]
    pub fn pause(self, pauses: bool) {
        let leader = i32::try_from(self.0).ok().and_then(rustix::process::Pid::from_raw);
        let signal = if pauses {
            rustix::process::Signal::STOP
        } else {
            rustix::process::Signal::CONT
        };
        if let Some(leader) = leader {
            let _ = rustix::process::kill_process(leader, signal);
        }
    }

    /// Nothing waits here.
    #[cfg(not(unix))]
    pub fn pause(self, _pauses: bool) {}

    /// There are no groups here; evcxr ends its child itself.
    #[cfg(not(unix))]
    pub fn kill(self) {}
}

/// Makes this process the leader of a group, unless it is one: what ends its group must not end whoever started it.
/// The signal that interrupts compilers doesn't end this process itself.
#[cfg(unix)]
pub fn lead() {
    let _ = rustix::process::setpgid(None, None);
    let _ = ctrlc::set_handler(|| {});
}

/// There are no groups here.
#[cfg(not(unix))]
pub fn lead() {}

/// Interrupts the compilers: everything else in this process's group.
#[cfg(unix)]
pub fn interrupt_compilers() {
    if leads() {
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::INT);
    }
}

/// Compilers end by themselves.
#[cfg(not(unix))]
pub fn interrupt_compilers() {}

/// Ends this process with its group.
pub fn end() -> ! {
    #[cfg(unix)]
    if leads() {
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::KILL);
    }
    std::process::exit(1)
}

#[cfg(unix)]
fn leads() -> bool {
    rustix::process::getpgrp() == rustix::process::getpid()
}

/// Where the system can, lets this process end with the one that started it.
#[cfg(target_os = "linux")]
pub fn end_with_parent(wanted: bool) {
    if wanted {
        let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    }
}

/// A closed pipe ends it.
#[cfg(not(target_os = "linux"))]
pub fn end_with_parent(_wanted: bool) {}

/// How a process ended, in words.
pub fn end_in_words(status: Option<ExitStatus>) -> String {
    #[cfg(unix)]
    if let Some(signal) = status.and_then(|status| std::os::unix::process::ExitStatusExt::signal(&status)) {
        return match signal {
            4 => "an illegal instruction (SIGILL) ended it".to_owned(),
            6 => "it aborted (SIGABRT)".to_owned(),
            9 => "it was killed (SIGKILL), perhaps for want of memory".to_owned(),
            11 => "a segmentation fault (SIGSEGV) ended it".to_owned(),
            other => format!("signal {other} ended it"),
        };
    }
    match status.and_then(|status| status.code()) {
        Some(code) => format!("it ended with exit code {code}"),
        None => "it ended".to_owned(),
    }
}
