//! The kernel's end of `grn_nb::get` and `grn_nb::put`: one request a connection, one line each way.
//!
//! `TOKEN get NAME` is answered by `ok PATH`, `TOKEN put NAME PATH` by `ok`; either by `error MESSAGE`, in which line
//! breaks and backslashes are escaped.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a connection may take to say what it wants.
const REQUEST: Duration = Duration::from_secs(10);

/// Bytes of the longest request.
const LONGEST: usize = 1 << 16;

/// Connections at a time; further ones are hung up on.
const MOST: usize = 256;

/// Pause where no connection can be taken, for want of file descriptors for instance.
const PAUSE: Duration = Duration::from_millis(100);

/// What a cell's code asks.
#[derive(Debug, PartialEq)]
pub enum Question {
    /// The value of a name.
    Get(String),
    /// A name for the value in a file.
    Put(String, PathBuf),
}

/// A question, and where its answer goes.
pub struct Asked {
    /// The question.
    pub question: Question,
    /// A path for [`Question::Get`]; dropped where nobody answers.
    pub answer: Sender<Result<Option<PathBuf>, String>>,
}

/// Hands a question to the running cell; gives it back where none runs.
type Hand = Arc<dyn Fn(Asked) -> Result<(), Asked> + Send + Sync>;

/// Listens on this machine only, as long as the process lives.
pub struct Listener {
    /// `127.0.0.1:PORT`.
    pub address: SocketAddr,
    /// Who knows it may ask.
    pub token: String,
    hand: Arc<Mutex<Option<Hand>>>,
}

impl Listener {
    /// Starts to listen; whoever asks is told that no cell runs.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let token = token();
        let hand: Arc<Mutex<Option<Hand>>> = Arc::default();
        let (known, cells) = (token.clone(), Arc::clone(&hand));
        let open = Arc::new(());
        thread::Builder::new().name("rust-exchange".to_owned()).spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else {
                    thread::sleep(PAUSE);
                    continue;
                };
                let (known, cells, counted) = (known.clone(), Arc::clone(&cells), Arc::clone(&open));
                if Arc::strong_count(&open) > MOST + 1 {
                    continue;
                }
                // Who can't be served is hung up on.
                let serve = move || {
                    drop(serve(&stream, &known, &cells));
                    drop(counted);
                };
                let _ = thread::Builder::new().name("rust-request".to_owned()).spawn(serve);
            }
        })?;
        Ok(Self { address, token, hand })
    }

    /// Questions go to `hand` from now on; to nobody with `None`.
    pub fn set_hand(&self, hand: Option<Hand>) {
        *self.hand.lock().unwrap_or_else(PoisonError::into_inner) = hand;
    }
}

/// 128 bits or more from the system's randomness, which keys the standard library's hash functions.
fn token() -> String {
    let words = (0..4).map(|index: u64| format!("{:016x}", RandomState::new().hash_one(index)));
    words.collect()
}

fn serve(mut stream: &TcpStream, token: &str, hand: &Mutex<Option<Hand>>) -> io::Result<()> {
    let line = request(stream)?;
    let answer = match question(&line, token) {
        Ok(question) => ask(question, hand),
        Err(message) => Err(message.to_owned()),
    };
    let answer = match answer {
        Ok(Some(path)) => format!("ok {}\n", path.display()),
        Ok(None) => "ok\n".to_owned(),
        Err(message) => format!("error {}\n", message.replace('\\', "\\\\").replace('\n', "\\n")),
    };
    stream.set_write_timeout(Some(REQUEST))?;
    stream.write_all(answer.as_bytes())
}

/// The line of a request, with its end where it has one.
fn request(mut stream: &TcpStream) -> io::Result<String> {
    let end = Instant::now() + REQUEST;
    let (mut line, mut buffer) = (Vec::new(), [0; 4096]);
    while line.len() < LONGEST && !line.contains(&b'\n') {
        let left = end.saturating_duration_since(Instant::now());
        // A limit of zero is none for the system.
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => line.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let length = line
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(line.len(), |at| at + 1);
    line.truncate(length);
    String::from_utf8(line).map_err(|_| io::ErrorKind::InvalidData.into())
}

fn question(line: &str, token: &str) -> Result<Question, &'static str> {
    let line = line.strip_suffix('\n').ok_or("the request has no end")?;
    let (given, request) = line.split_once(' ').unwrap_or((line, ""));
    if !is_same(given, token) {
        return Err("the request does not come from a Rust cell of this notebook");
    }
    let mut words = request.splitn(3, ' ');
    match (words.next(), words.next(), words.next()) {
        (Some("get"), Some(name), None) if !name.is_empty() => Ok(Question::Get(name.to_owned())),
        (Some("put"), Some(name), Some(path)) if !name.is_empty() && !path.is_empty() => {
            Ok(Question::Put(name.to_owned(), PathBuf::from(path)))
        }
        _ => Err("the request is neither `get NAME` nor `put NAME PATH`"),
    }
}

/// Takes equally long wherever they differ.
fn is_same(one: &str, other: &str) -> bool {
    let differences = one
        .bytes()
        .zip(other.bytes())
        .fold(0, |all, (one, other)| all | (one ^ other));
    one.len() == other.len() && differences == 0
}

fn ask(question: Question, hand: &Mutex<Option<Hand>>) -> Result<Option<PathBuf>, String> {
    let (answer, answered) = channel();
    let asked = Asked { question, answer };
    // The cell may take its time; nobody else waits for the lock meanwhile.
    let hand = hand.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let taken = match hand {
        Some(hand) => hand(asked).is_ok(),
        None => false,
    };
    let nobody = || "no Rust cell runs: values cross while one does".to_owned();
    if !taken {
        return Err(nobody());
    }
    answered.recv().unwrap_or_else(|_| Err(nobody()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Asked, Listener, MOST, Question, question};
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::path::PathBuf;
    use std::sync::Arc;

    fn answer(listener: &Listener, request: &str) -> String {
        let mut stream = TcpStream::connect(listener.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn only_who_knows_the_token_is_heard() {
        let listener = Listener::start().unwrap();
        listener.set_hand(Some(Arc::new(|asked: Asked| {
            let answer = match &asked.question {
                Question::Get(name) if name == "pools" => Ok(Some(PathBuf::from("/tmp/a b"))),
                Question::Get(_) => Err("no\nname \\".to_owned()),
                Question::Put(..) => Ok(None),
            };
            drop(asked.answer.send(answer));
            Ok(())
        })));
        let token = &listener.token;
        assert!(token.len() >= 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(answer(&listener, &format!("{token} get pools\n")), "ok /tmp/a b\n");
        assert_eq!(answer(&listener, &format!("{token} put mine /tmp/c d\n")), "ok\n");
        assert_eq!(answer(&listener, &format!("{token} get x\n")), "error no\\nname \\\\\n");
        for wrong in ["get pools\n", "0 get pools\n", &format!("{token}0 get pools\n"), "\n"] {
            assert!(
                answer(&listener, wrong).starts_with("error the request does not come"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn without_a_cell_nobody_answers() {
        let listener = Listener::start().unwrap();
        let request = format!("{} get pools\n", listener.token);
        assert!(answer(&listener, &request).starts_with("error no Rust cell runs"));
    }

    #[test]
    fn connections_that_say_nothing_have_a_limit() {
        let listener = Listener::start().unwrap();
        let silent: Vec<TcpStream> = (0..MOST)
            .map(|_| TcpStream::connect(listener.address).unwrap())
            .collect();
        let mut refused = TcpStream::connect(listener.address).unwrap();
        // It may be closed before it has said this.
        let _ = refused.write_all(b"0 get pools\n");
        assert!(!matches!(refused.read(&mut [0]), Ok(1..)));
        drop(silent);
    }

    #[test]
    fn requests_that_lack_something_are_refused() {
        for wrong in [
            "t\n",
            "t get\n",
            "t get \n",
            "t put a\n",
            "t put a \n",
            "t take a\n",
            "t get a",
        ] {
            assert!(question(wrong, "t").is_err(), "{wrong}");
        }
    }
}
