//! Names of counties and mines that do not exist.

use crate::dice::Dice;

const FIRST: &[&str] = &[
    "云", "石", "青", "柳", "白", "枣", "双", "龙", "平", "望", "松", "桃", "西", "杨", "金", "清", "红", "沙", "上",
    "麻",
];
const SECOND: &[&str] =
    &["岭", "桥", "坪", "沟", "峪", "湾", "塬", "台", "窑", "坡", "泉", "寨", "川", "梁", "洼", "树", "庙", "渡"];

const FIRST_EN: &[&str] = &[
    "Yun", "Shi", "Qing", "Liu", "Bai", "Zao", "Shuang", "Long", "Ping", "Wang", "Song", "Tao", "Xi", "Yang", "Jin",
    "Qing", "Hong", "Sha", "Shang", "Ma",
];
const SECOND_EN: &[&str] = &[
    "ling", "qiao", "ping", "gou", "yu", "wan", "yuan", "tai", "yao", "po", "quan", "zhai", "chuan", "liang", "wa",
    "shu", "miao", "du",
];

/// A mine's name in Chinese and English.
pub(crate) fn mine(dice: &mut Dice, coal: bool) -> (String, String) {
    let (a, b) = (dice.whole(0, FIRST.len() as u32 - 1) as usize, dice.whole(0, SECOND.len() as u32 - 1) as usize);
    let (zh, en) = if coal { ("煤矿", "colliery") } else { ("矿", "mine") };
    (format!("{}{}{zh}", FIRST[a], SECOND[b]), format!("{}{} {en}", FIRST_EN[a], SECOND_EN[b]))
}

/// The county of a mine: ten mines a county.
pub(crate) fn county(seed: u64, number: u64) -> String {
    let mut dice = Dice::new(seed, &[u64::MAX, number / 10]);
    format!("{}{}县", dice.pick(FIRST), dice.pick(SECOND))
}
