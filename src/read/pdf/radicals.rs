//! Radicals as the characters that they look like: fonts draw both with one glyph, and some PDF writers name the radical.

use unicode_normalization::char::decompose_compatible;

/// Radicals U+2E80–2EF3 after Unicode's table of equivalent unified ideographs, each before its character.
/// The radicals that only stand within characters, and look like none, are not here.
const SUPPLEMENT: &str = "⺀冫⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冈⺵冈⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼月⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龟⻲亀⻳龟";

/// A character as texts write it: radicals, ligatures and double dashes are taken apart, what is no letter stays as it is.
///
/// - Source: Unicode's `EquivalentUnifiedIdeograph.txt`; 「⼾」 is drawn as 「户」 by the fonts of the mainland.
pub(super) fn written(c: char, mut emit: impl FnMut(char)) {
    match c {
        '\u{2e80}'..='\u{2ef3}' => {
            let mut pairs = SUPPLEMENT.chars();
            let found = std::iter::from_fn(|| Some((pairs.next()?, pairs.next()?))).find(|(radical, _)| *radical == c);
            emit(found.map_or(c, |(_, ideograph)| ideograph));
        }
        '⼾' => emit('户'),
        '⸺' => "——".chars().for_each(emit),
        '\u{2f00}'..='\u{2fd5}' | '\u{f900}'..='\u{fad9}' | '\u{fb00}'..='\u{fb06}' | '\u{2f800}'..='\u{2fa1d}' => decompose_compatible(c, emit),
        _ => emit(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(drawn: &str, expected: &str) {
        let mut out = String::new();
        drawn.chars().for_each(|c| written(c, |c| out.push(c)));
        assert_eq!(out, expected);
    }

    #[test]
    fn radicals_become_characters() {
        check("⻘⺠⻓⻋⼾⽅⾦⾯⻬⿊", "青民长车户方金面齐黑");
        check("①㎡℃ﬁ５％⸺", "①㎡℃fi５％——");
    }

    #[test]
    fn the_supplement_is_a_list_of_pairs() {
        let characters: Vec<char> = SUPPLEMENT.chars().collect();
        assert!(characters.chunks(2).all(|pair| pair.len() == 2 && ('\u{2e80}'..='\u{2ef3}').contains(&pair[0])));
        assert!(characters.chunks(2).map(|pair| pair[0]).is_sorted());
    }
}
