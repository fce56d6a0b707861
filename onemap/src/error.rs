//! Why the register refuses, in both languages.

use minesift_core::text::Text;

/// Why something could not be done with a map.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct MapError {
    /// What was found, what was expected, what to do.
    pub message: Text,
    /// True when the file itself is at fault: it is no map, or it is damaged.
    pub of_the_file: bool,
}

impl MapError {
    /// A wrong use.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { message: Text::new(zh, en), of_the_file: false }
    }

    /// A file that is no map or is damaged.
    pub fn file(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { message: Text::new(zh, en), of_the_file: true }
    }
}

impl From<rusqlite::Error> for MapError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase, OutOfMemory, ReadOnly,
        };
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::new(
                "另一个程序正在写入此图；请稍后再试（QGIS 中请先结束编辑）",
                "another program is writing to this map; try again later (in QGIS, end the editing session first)",
            ),
            Some(DiskFull) => Self::new(
                "磁盘已满：本次修改未写入，此前的提交都在；请腾出空间后重试",
                "the disk is full: nothing of this change was written, all earlier commits stand; make room and repeat",
            ),
            Some(OutOfMemory) => Self::new(
                "内存不足：本次修改未写入，此前的提交都在；请关闭其他程序或分批导入",
                "memory ran out: nothing of this change was written, all earlier commits stand; close other programs or import in parts",
            ),
            Some(ReadOnly) => Self::new("文件只读，无法写入", "the file is read-only and cannot be written"),
            Some(CannotOpen) => {
                Self::new("无法打开文件，请检查路径和权限", "the file cannot be opened: check path and permissions")
            }
            Some(NotADatabase) => Self::file("不是 GeoPackage 文件", "this is no GeoPackage"),
            Some(DatabaseCorrupt) => Self::file(
                format!("文件已损坏（{error}）；请从备份或证据包恢复"),
                format!("the file is damaged ({error}); restore it from a backup or an evidence pack"),
            ),
            _ if error.to_string().contains("no such table") || error.to_string().contains("no such column") => {
                Self::new(
                    format!("图层被其他程序删改（{error}）；minesift commit MAP --discard 按历史重建"),
                    format!(
                        "another program dropped or changed a layer ({error}): `minesift commit MAP --discard` makes it again from the history"
                    ),
                )
            }
            _ => Self::new(format!("数据库：{error}"), format!("database: {error}")),
        }
    }
}
