//! Signatures: who stands for a commit, checked with a public key alone.
//!
//! What is signed is the hash of a commit, and with it everything before it. Keys and signatures are OpenSSH's
//! (PROTOCOL.sshsig, namespace `minesift`): `ssh-keygen -Y verify` checks them too.

use crate::error::MapError;
use crate::layer;
use crate::map::Map;
use ssh_key::{HashAlg, LineEnding, PrivateKey, PublicKey, SshSig};
use std::path::Path;

/// What signatures are for: one made for another purpose never counts here.
pub const NAMESPACE: &str = "minesift";

/// A signature of a commit as the register keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The commit.
    pub number: i64,
    /// Its hash when it was signed.
    pub hash: String,
    /// The signer's public key, one line as OpenSSH writes it.
    pub signer: String,
    /// The armoured signature.
    pub signature: String,
    /// The commit of this number stands on the map with this hash.
    pub stands: bool,
}

impl Signed {
    /// True when the commit still has this hash, and the signature is one of it by the key that it names.
    pub fn holds(&self) -> bool {
        let check = || -> Option<()> {
            let key = PublicKey::from_openssh(&self.signer).ok()?;
            let signature = SshSig::from_pem(&self.signature).ok()?;
            key.verify(NAMESPACE, self.hash.as_bytes(), &signature).ok()
        };
        self.stands && check().is_some()
    }

    /// True when it was made with this key; comments of keys do not matter.
    pub fn is_by(&self, key: &Key) -> bool {
        PublicKey::from_openssh(&self.signer).is_ok_and(|signer| signer.key_data() == key.0.key_data())
    }

    /// Fingerprint of the signer's key, `SHA256:…`; the line itself where it is no key.
    pub fn fingerprint(&self) -> String {
        PublicKey::from_openssh(&self.signer)
            .map_or_else(|_| self.signer.clone(), |key| key.fingerprint(HashAlg::Sha256).to_string())
    }
}

/// A public key.
#[derive(Clone, Debug)]
pub struct Key(PublicKey);

impl Key {
    /// The key of a file as OpenSSH writes it (`id_ed25519.pub`).
    ///
    /// # Errors
    /// When there is no such file or it holds no public key.
    pub fn read(path: &Path) -> Result<Self, MapError> {
        PublicKey::read_openssh_file(path).map(Self).map_err(|error| unreadable(path, &error))
    }

    /// Its fingerprint, `SHA256:…`.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }
}

fn unreadable(path: &Path, error: &ssh_key::Error) -> MapError {
    MapError::new(
        format!("{} 不是可用的 OpenSSH 密钥（{error}）；可用 ssh-keygen -t ed25519 生成", path.display()),
        format!("{} is no usable OpenSSH key ({error}); `ssh-keygen -t ed25519` makes one", path.display()),
    )
}

impl Map {
    /// Signs a commit, and with it everything before it, with the private key in a file. Signing again with the same
    /// key changes nothing.
    ///
    /// # Errors
    /// When there is no such commit, or the file holds no private key that can be used: ed25519, without a passphrase.
    pub fn sign(&mut self, number: i64, key: &Path) -> Result<Signed, MapError> {
        let Some(commit) = self.log()?.into_iter().find(|commit| commit.number == number) else {
            return Err(MapError::new(format!("没有第 {number} 号提交"), format!("there is no commit {number}")));
        };
        let key_file = key;
        let key = PrivateKey::read_openssh_file(key_file).map_err(|error| unreadable(key_file, &error))?;
        if key.is_encrypted() {
            return Err(MapError::new(
                format!(
                    "{} 有口令；请用 ssh-keygen -Y sign -n {NAMESPACE} 对哈希 {} 签名后以 --signature 收入",
                    key_file.display(),
                    commit.hash
                ),
                format!(
                    "{} has a passphrase: sign the hash {} with `ssh-keygen -Y sign -n {NAMESPACE}` and bring it with --signature",
                    key_file.display(),
                    commit.hash
                ),
            ));
        }
        let signature = key
            .sign(NAMESPACE, HashAlg::Sha512, commit.hash.as_bytes())
            .and_then(|signature| signature.to_pem(LineEnding::LF))
            .map_err(|error| unreadable(key_file, &error))?;
        let mut public = key.public_key().clone();
        public.set_comment("");
        let signer = public.to_openssh().map_err(|error| unreadable(key_file, &error))?;
        self.keep(Signed { number, hash: commit.hash, signer: signer.trim().to_owned(), signature, stands: true })
    }

    /// Keeps a signature that was made elsewhere, such as by `ssh-keygen -Y sign`, over the hash of a commit.
    ///
    /// # Errors
    /// When there is no such commit, or the signature is not one of its hash.
    pub fn take_signature(&mut self, number: i64, signature: &str) -> Result<Signed, MapError> {
        let Some(commit) = self.log()?.into_iter().find(|commit| commit.number == number) else {
            return Err(MapError::new(format!("没有第 {number} 号提交"), format!("there is no commit {number}")));
        };
        let wrong = || {
            MapError::new(
                format!("签名不是对第 {number} 号提交的哈希 {} 所作", commit.hash),
                format!("this is no signature over {}, the hash of commit {number}", commit.hash),
            )
        };
        let parsed = SshSig::from_pem(signature.trim()).map_err(|_| wrong())?;
        let signer = PublicKey::from(parsed.public_key().clone()).to_openssh().map_err(|_| wrong())?;
        let signed = Signed {
            number,
            hash: commit.hash.clone(),
            signer: signer.trim().to_owned(),
            signature: parsed.to_pem(LineEnding::LF).map_err(|_| wrong())?,
            stands: true,
        };
        if !signed.holds() {
            return Err(wrong());
        }
        self.keep(signed)
    }

    fn keep(&mut self, signed: Signed) -> Result<Signed, MapError> {
        self.db.execute(
            "INSERT OR REPLACE INTO ms_signature(number, hash, signer, signature) VALUES (?1, ?2, ?3, ?4)",
            (signed.number, &signed.hash, &signed.signer, &signed.signature),
        )?;
        Ok(signed)
    }

    /// All signatures, by commit and signer; none where another program dropped their table, which [`Map::verify`] says.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn signatures(&self) -> Result<Vec<Signed>, MapError> {
        if !layer::is_there(&self.db, "ms_signature")? {
            return Ok(Vec::new());
        }
        let mut statement = self.db.prepare(
            "SELECT number, s.hash, signer, signature, s.hash IS c.hash FROM ms_signature s LEFT JOIN ms_commit c USING (number) ORDER BY number, signer",
        )?;
        let signed = statement
            .query_map([], |row| {
                // What is no text signs nothing.
                let words = |at: usize| row.get_ref(at).map(|cell| cell.as_str().unwrap_or_default().to_owned());
                let number = row.get_ref(0)?.as_i64().unwrap_or_default();
                Ok(Signed { number, hash: words(1)?, signer: words(2)?, signature: words(3)?, stands: row.get(4)? })
            })?
            .collect::<Result<_, _>>()?;
        Ok(signed)
    }
}
