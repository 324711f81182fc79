//! As much of ZMTP 3.0 (<https://rfc.zeromq.org/spec/23>) as a publisher without security needs.

use std::io::{Error, ErrorKind, Result};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeromq::ZmqMessage;

const MORE: u8 = 1;
const LONG: u8 = 2;
const COMMAND: u8 = 4;

/// The longest frame that a subscriber has a reason to send.
const LONGEST_FRAME: u64 = 1 << 16;

/// Signature, version 3.0, mechanism NULL, "not a server", filler.
const GREETING: [u8; 64] = {
    let mut greeting = [0; 64];
    greeting[0] = 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    greeting[12] = b'N';
    greeting[13] = b'U';
    greeting[14] = b'L';
    greeting[15] = b'L';
    greeting
};

/// The command READY with the property Socket-Type: XPUB.
const READY: &[u8] = b"\x04\x1a\x05READY\x0bSocket-Type\x00\x00\x00\x04XPUB";

/// What a subscriber asks for.
#[derive(Debug, PartialEq)]
pub enum Subscription {
    /// All messages whose first frame begins like this.
    Begin(Vec<u8>),
    /// No longer those.
    End(Vec<u8>),
}

/// Shakes hands with a peer that has connected; an error where it is no subscriber.
pub async fn accept(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Result<()> {
    stream.write_all(&GREETING).await?;
    let mut greeting = [0; 64];
    stream.read_exact(&mut greeting).await?;
    let [signature @ .., _, _] = &greeting[..12] else {
        return Err(refused("greeting"));
    };
    if signature.first() != Some(&0xff) || signature.last() != Some(&0x7f) || greeting[10] < 3 {
        return Err(refused("greeting"));
    }
    if greeting[12..32] != GREETING[12..32] {
        return Err(refused("security mechanism"));
    }
    stream.write_all(READY).await?;
    let (flags, ready) = read_frame(stream).await?;
    let subscribes =
        ready.windows(7).any(|part| part == b"\0\0\0\x03SUB") || ready.windows(8).any(|part| part == b"\0\0\0\x04XSUB");
    if flags & COMMAND == 0 || !ready.starts_with(b"\x05READY") || !subscribes {
        return Err(refused("socket type"));
    }
    Ok(())
}

/// Waits for the next change of what a subscriber wants.
pub async fn next_subscription(stream: &mut (impl AsyncRead + Unpin)) -> Result<Subscription> {
    loop {
        let (flags, frame) = read_frame(stream).await?;
        match frame.split_first() {
            Some((1, topic)) if flags & COMMAND == 0 => return Ok(Subscription::Begin(topic.to_vec())),
            Some((0, topic)) if flags & COMMAND == 0 => return Ok(Subscription::End(topic.to_vec())),
            _ => {}
        }
    }
}

async fn read_frame(stream: &mut (impl AsyncRead + Unpin)) -> Result<(u8, Vec<u8>)> {
    let flags = stream.read_u8().await?;
    let length = if flags & LONG == 0 {
        u64::from(stream.read_u8().await?)
    } else {
        stream.read_u64().await?
    };
    if length > LONGEST_FRAME {
        return Err(refused("frame length"));
    }
    let mut frame = Vec::new();
    stream.take(length).read_to_end(&mut frame).await?;
    if frame.len() as u64 == length {
        Ok((flags, frame))
    } else {
        Err(ErrorKind::UnexpectedEof.into())
    }
}

/// The bytes of a message of several frames.
pub fn encode(message: &ZmqMessage) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(message.iter().map(|frame| frame.len() + 9).sum());
    for (index, frame) in message.iter().enumerate() {
        let more = if index + 1 < message.len() { MORE } else { 0 };
        match u8::try_from(frame.len()) {
            Ok(length) => bytes.extend([more, length]),
            Err(_) => {
                bytes.push(more | LONG);
                bytes.extend((frame.len() as u64).to_be_bytes());
            }
        }
        bytes.extend_from_slice(frame);
    }
    bytes
}

fn refused(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("unexpected {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_have_short_and_long_lengths() {
        let mut message = ZmqMessage::from(vec![7; 255]);
        message.push_back(vec![8; 256].into());
        let bytes = encode(&message);
        assert_eq!(bytes[..2], [MORE, 255]);
        assert_eq!(bytes[257..266], [LONG, 0, 0, 0, 0, 0, 0, 1, 0]);
        assert_eq!(bytes.len(), 2 + 255 + 9 + 256);
    }

    #[test]
    fn the_ready_command_counts_its_bytes() {
        assert_eq!(usize::from(READY[1]), READY.len() - 2);
    }

    #[tokio::test]
    async fn what_is_no_subscriber_is_refused() {
        for (greeting, reason) in [
            ([b'G'; 64], "greeting"),
            ([GREETING.as_slice(), &[]].concat().try_into().unwrap_or([0; 64]), ""),
        ] {
            let (mut ours, mut theirs) = tokio::io::duplex(1024);
            theirs.write_all(&greeting).await.expect("room in the pipe");
            theirs
                .write_all(b"\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB")
                .await
                .expect("room in the pipe");
            let result = accept(&mut ours).await.map_err(|error| error.to_string());
            match reason {
                "" => assert_eq!(result, Ok(())),
                reason => assert_eq!(result, Err(format!("unexpected {reason}"))),
            }
        }
    }

    #[tokio::test]
    async fn a_subscriber_says_what_it_wants() {
        let mut bytes: &[u8] =
            b"\x04\x03abc\x00\x03\x01st\x00\x01\x00\x02\0\0\0\0\0\0\0\x02\x01!\x02\0\0\0\0\0\x02\0\0";
        let mut next = async || next_subscription(&mut bytes).await;
        assert_eq!(next().await.ok(), Some(Subscription::Begin(b"st".to_vec())));
        assert_eq!(next().await.ok(), Some(Subscription::End(Vec::new())));
        assert_eq!(next().await.ok(), Some(Subscription::Begin(b"!".to_vec())));
        assert_eq!(
            next().await.map_err(|error| error.kind()),
            Err(ErrorKind::InvalidData),
            "a frame of 131072 bytes"
        );
    }
}
