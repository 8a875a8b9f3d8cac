//! Which characters are the same character: widths, compatibility forms, and the classes that the other files ask for.

/// One character of the text in the making, and the bytes of the source that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glyph {
    /// The character.
    pub(super) c: char,
    /// Where its source starts.
    pub(super) start: u32,
    /// Where its source ends.
    pub(super) end: u32,
}

/// What one source character becomes, its neighbours not yet looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Uniform {
    /// Nothing: it has no width or no meaning.
    Nothing,
    /// One character.
    One(char),
    /// A character and the one after it: 「⒈」 is 「1.」.
    Two(char, char),
    /// Three characters: 「㈠」 is 「（一）」.
    Three(char, char, char),
}

/// An ideographic blank; it alone tells an indented paragraph from a blank between words.
pub(super) const IDEOGRAPHIC_BLANK: char = '\u{3000}';

/// A thin blank, which groups digits.
pub(super) const THIN_BLANK: char = '\u{2009}';

/// The end of a page.
pub(super) const PAGE_END: char = '\u{c}';

/// Radicals U+2F00–2FD5 as the characters that they look like.
const KANGXI: &str = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

/// Compatibility ideographs U+F900–FAD9 as the characters that they are.
const COMPATIBILITY: &str = "豈更車賈滑串句龜龜契金喇奈懶癩羅蘿螺裸邏樂洛烙珞落酪駱亂卵欄爛蘭鸞嵐濫藍襤拉臘蠟廊朗浪狼郎來冷勞擄櫓爐盧老蘆虜路露魯鷺碌祿綠菉錄鹿論壟弄籠聾牢磊賂雷壘屢樓淚漏累縷陋勒肋凜凌稜綾菱陵讀拏樂諾丹寧怒率異北磻便復不泌數索參塞省葉說殺辰沈拾若掠略亮兩凉梁糧良諒量勵呂女廬旅濾礪閭驪麗黎力曆歷轢年憐戀撚漣煉璉秊練聯輦蓮連鍊列劣咽烈裂說廉念捻殮簾獵令囹寧嶺怜玲瑩羚聆鈴零靈領例禮醴隸惡了僚寮尿料樂燎療蓼遼龍暈阮劉杻柳流溜琉留硫紐類六戮陸倫崙淪輪律慄栗率隆利吏履易李梨泥理痢罹裏裡里離匿溺吝燐璘藺隣鱗麟林淋臨立笠粒狀炙識什茶刺切度拓糖宅洞暴輻行降見廓兀嗀﨎﨏塚﨑晴﨓﨔凞猪益礼神祥福靖精羽﨟蘒﨡諸﨣﨤逸都﨧﨨﨩飯飼館鶴郞隷侮僧免勉勤卑喝嘆器塀墨層屮悔慨憎懲敏既暑梅海渚漢煮爫琢碑社祉祈祐祖祝禍禎穀突節練縉繁署者臭艹艹著褐視謁謹賓贈辶逸難響頻恵𤋮舘﩮﩯並况全侀充冀勇勺喝啕喙嗢塚墳奄奔婢嬨廒廙彩徭惘慎愈憎慠懲戴揄搜摒敖晴朗望杖歹殺流滛滋漢瀞煮瞧爵犯猪瑱甆画瘝瘟益盛直睊着磌窱節类絛練缾者荒華蝹襁覆視調諸請謁諾諭謹變贈輸遲醙鉶陼難靖韛響頋頻鬒龜𢡊𢡄𣏕㮝䀘䀹𥉉𥳐𧻓齃龎";

/// Radicals U+2E80–2EF3 which stand alone for a character, each before that character.
const RADICALS: &str = "⺁厂⺎兀⺏尢⺗心⺟母⺠民⺨犬⺩王⺫目⺬示⺮竹⺶羊⺷羊⺼肉⻁虎⻂衣⻃西⻄西⻅见⻆角⻉贝⻋车⻌辶⻒长⻓长⻔门⻕阜⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻯竜⻰龙⻱龟⻳龟";

/// What a character becomes, whatever its neighbours.
pub(super) fn uniform(c: char) -> Uniform {
    use Uniform::{Nothing, One, Three, Two};
    match c {
        '\t' | '\n' | PAGE_END => One(c),
        '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}' => One('\n'),
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' => Nothing,
        '\u{a0}' | '\u{2000}' | '\u{2002}' | '\u{2004}' | '\u{2005}' | '\u{2007}' | '\u{205f}' | '\u{1680}' => One(' '),
        '\u{2001}' | '\u{2003}' => One(IDEOGRAPHIC_BLANK),
        '\u{2006}' | '\u{2008}' | '\u{200a}' | '\u{202f}' => One(THIN_BLANK),
        '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => Nothing,
        '\u{fff9}'..='\u{fffc}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e01ef}' => Nothing,
        '！' | '（' | '）' | '，' | '：' | '；' | '？' | '．' | '～' | '－' | '＜' | '＞' => One(c),
        '\u{ff01}'..='\u{ff5e}' => One(char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)),
        '￥' => One('¥'),
        '￠' => One('¢'),
        '￡' => One('£'),
        '｡' => One('。'),
        '､' => One('、'),
        '｢' | '「' | '﹁' => One('“'),
        '｣' | '」' | '﹂' => One('”'),
        '『' | '﹃' => One('‘'),
        '』' | '﹄' => One('’'),
        '﹪' | '٪' => One('%'),
        '﹐' | '︐' => One('，'),
        '﹑' | '︑' => One('、'),
        '﹒' => One('．'),
        '﹔' | '︔' => One('；'),
        '﹕' | '︓' => One('：'),
        '﹖' | '︖' => One('？'),
        '﹗' | '︕' => One('！'),
        '﹙' | '︵' => One('（'),
        '﹚' | '︶' => One('）'),
        '︒' => One('。'),
        '・' | '･' | '‧' | '⋅' | '∙' | '•' | '●' | '᛫' => One('·'),
        '㈠'..='㈩' => Three('（', nth("一二三四五六七八九十", u32::from(c) - 0x3220, c), '）'),
        '⑴'..='⑼' => Three('（', nth("123456789", u32::from(c) - 0x2474, c), '）'),
        '⒈'..='⒐' => Two(nth("123456789", u32::from(c) - 0x2488, c), '.'),
        '\u{2e80}'..='\u{2ef3}' => One(RADICALS.chars().skip_while(|r| *r != c).nth(1).unwrap_or(c)),
        '\u{2f00}'..='\u{2fd5}' => One(nth(KANGXI, u32::from(c) - 0x2f00, c)),
        '\u{f900}'..='\u{fad9}' => One(nth(COMPATIBILITY, u32::from(c) - 0xf900, c)),
        _ => One(c),
    }
}

fn nth(list: &str, at: u32, otherwise: char) -> char {
    usize::try_from(at).ok().and_then(|at| list.chars().nth(at)).unwrap_or(otherwise)
}

/// A blank of any width, a tab included; line ends are none.
pub(super) const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | IDEOGRAPHIC_BLANK | THIN_BLANK)
}

/// A Chinese character.
pub(super) const fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '〇' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// A character beside which no blank means anything: Chinese characters and punctuation, signs, units such as 「℃」.
pub(super) const fn is_wide(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{206f}' | '\u{20a0}'.. | '·' | '×' | '÷' | '±' | '°' | '¥' | '£' | '¢')
}

/// A closing quotation mark or bracket: it belongs to the sentence whose mark stands before it.
pub(super) const fn is_closing(c: char) -> bool {
    matches!(c, '”' | '’' | '）' | '】' | '》' | '〉' | '〕' | '］' | ']' | ')' | '"' | '\'')
}

/// A bracket or quotation mark that something must follow.
pub(super) const fn is_opening(c: char) -> bool {
    matches!(c, '“' | '‘' | '（' | '【' | '《' | '〈' | '〔' | '(' | '[')
}

/// A mark that ends a sentence.
pub(super) const fn is_final(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；')
}

/// A dash, tilde or hyphen of any form.
pub(super) const fn is_dash(c: char) -> bool {
    matches!(c, '—' | '–' | '―' | '‒' | '─' | '━' | '~' | '～' | '〜' | '∼' | '⁓') || is_hyphen(c)
}

/// A dash that may also be a minus or part of a word.
pub(super) const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '－' | '−' | '‐' | '‑' | '﹣')
}

/// A Chinese digit from 〇 to 九.
pub(super) const fn is_han_digit(c: char) -> bool {
    matches!(c, '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九')
}
