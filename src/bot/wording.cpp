#include "emojiscope/bot/wording.hpp"

#include <array>
#include <cassert>

namespace emojiscope::bot {
namespace {

struct Entry {
    Phrase phrase;
    std::string_view english;
    std::string_view japanese;
};

constexpr std::array<Entry, static_cast<std::size_t>(Phrase::count_)> table{{
    {Phrase::has_this_name, "has this name", "名前が一致"},
    {Phrase::sounds_like, "sounds like {0}", "読みが {0}"},
    {Phrase::named, "named {0}", "名前が {0}"},
    {Phrase::reads, "reads {0}", "{0} という文字"},
    {Phrase::means, "means {0}", "意味が {0}"},
    {Phrase::looks_like_it, "looks like it", "見た目が近い"},
    {Phrase::very_same_picture, "the very same picture", "まったく同じ絵"},
    {Phrase::looks_alike, "looks alike", "よく似ている"},

    {Phrase::emoji_for, "Emoji for {0}", "{0} の絵文字"},
    {Phrase::perhaps_for, "Perhaps one of these for {0}", "{0} に近いのはこのあたりかもしれません"},
    {Phrase::more_for, "More emoji for {0}", "{0} の絵文字の続き"},
    {Phrase::nothing_fits, "Nothing fits {0}.", "{0} に合う絵文字はありません。"},
    {Phrase::nothing_more, "Nothing more fits {0}.", "{0} に合う絵文字はこれで全部です。"},
    {Phrase::look_alikes_of, "Emoji that look like {0}", "{0} に似た絵文字"},
    {Phrase::perhaps_look_alikes_of, "Perhaps these look like {0}",
     "{0} に似ているかもしれない絵文字"},
    {Phrase::more_look_alikes, "More emoji that look like {0}", "{0} に似た絵文字の続き"},
    {Phrase::no_look_alikes, "Nothing looks like {0}.", "{0} に似た絵文字はありません。"},
    {Phrase::no_more_look_alikes, "Nothing more looks like {0}.",
     "{0} に似た絵文字はこれで全部です。"},
    {Phrase::advice_if_nothing,
     "Another word or another language may find more. To look for something like a picture, drop "
     "it into a direct message with me.",
     "ほかの言葉、ほかの言語なら見つかるかもしれません。画像に似たものを探すには、"
     "私へのダイレクトメッセージに画像を送ってください。"},
    {Phrase::standard_emoji, "Standard emoji:", "標準の絵文字:"},
    {Phrase::and_more, "and {0} more", "ほか {0} 件"},
    {Phrase::post_to_channel, "Post to channel", "チャンネルに投稿"},
    {Phrase::looks_like_this, "Looks like this", "似た絵文字"},
    {Phrase::more, "More", "もっと見る"},
    {Phrase::dismiss, "Dismiss", "閉じる"},
    {Phrase::search_for, "Search for '{0}'", "「{0}」で検索"},
    {Phrase::posted_by, "from {0}", "{0} より"},
    {Phrase::did_you_mean, "Did you mean */emoji {0}*?", "*/emoji {0}* のことですか？"},

    {Phrase::already_there, "This picture is already there as {0}.",
     "この画像はすでに {0} として登録されています。"},
    {Phrase::already_there_altered, "This picture is already there as {0}, a little different.",
     "この画像は、少し違う形ですでに {0} として登録されています。"},
    {Phrase::not_there, "This picture is not there yet.", "この画像はまだ登録されていません。"},
    {Phrase::not_there_but, "This picture is not there yet, but look twice at {0}: {1}.",
     "この画像はまだ登録されていませんが、{0} を確かめてください: {1}。"},
    {Phrase::near_whole, "it is much like it", "とてもよく似ています"},
    {Phrase::near_frame_of, "this looks like one of its frames", "その 1 コマに似ています"},
    {Phrase::near_has_frame, "it looks like a frame of this", "この画像の 1 コマに似ています"},
    {Phrase::near_other_speed, "it is the same at another speed", "速さだけが違います"},
    {Phrase::these_look_like_it, "These look like it:", "似ている絵文字:"},
    {Phrase::nearest_perhaps, "The nearest, perhaps:", "近いかもしれない絵文字:"},
    {Phrase::cannot_read_file,
     "I cannot read {0} as a picture: PNG, JPEG, GIF and WebP are what I know.",
     "{0} を画像として読めません。PNG、JPEG、GIF、WebP に対応しています。"},
    {Phrase::file_too_large, "Sorry, {0} is too large for me.", "{0} は大きすぎて扱えません。"},
    {Phrase::cannot_fetch_file, "Sorry, I could not fetch {0}. Please try again.",
     "{0} を取得できませんでした。もう一度お試しください。"},

    {Phrase::help,
     "*/emoji* opens a picker that finds while you type\n"
     "*/emoji beer* finds emoji by words, in any language (*/emoji ビール* too)\n"
     "*/emoji :name:* finds emoji that look like this one\n"
     "*/emoji info :name:* tells what is known of it: its other names, copies, likenesses\n"
     "*/emoji new* shows the newest, */emoji random* any one\n"
     "*/emoji dupes* lists the pictures that are there more than once\n"
     "*/emoji map* draws a map of all of them, those that look alike together\n"
     "*/emoji resync* compares what I know with Slack's list at once (for admins)\n"
     "*/emoji find new* searches, whatever the word\n"
     "*/emoji help* shows this\n"
     "Drop an image into a DM with me, or mention me with one: I find what looks like it, and "
     "whether it exists already\n"
     "Shortcuts: *Find an emoji* opens the picker, *Find an emoji for this* reacts to a message\n"
     "My *Home* tab shows what is new and has your settings.",
     "*/emoji* 入力しながら選べる画面を開きます\n"
     "*/emoji ビール* 言葉で絵文字を探します（ */emoji beer* など、何語でも）\n"
     "*/emoji :name:* この絵文字に似たものを探します\n"
     "*/emoji info :name:* 別名、同じ絵、似た絵文字などを表示します\n"
     "*/emoji new* 新しい絵文字を、 */emoji random* どれか一つを表示します\n"
     "*/emoji dupes* 重複している絵を一覧にします\n"
     "*/emoji map* 似たものが近くに並ぶ、全絵文字の地図を描きます\n"
     "*/emoji resync* Slack の一覧と今すぐ照合します（管理者用）\n"
     "*/emoji find new* サブコマンドと同じ言葉（new など）も検索します\n"
     "*/emoji help* この説明を表示します\n"
     "DM で画像を送るか、画像を付けてメンションすると、似た絵文字と、すでにあるかどうかを調べます\n"
     "ショートカット: *Find an emoji* で選択画面、 *Find an emoji for this* "
     "でメッセージに合うリアクションを表示します\n"
     "*ホーム* タブでは新しい絵文字を見たり、設定を変えたりできます。"},
    {Phrase::another, "Another one", "もう一つ"},
    {Phrase::newest, "The newest emoji", "新しい絵文字"},
    {Phrase::first_seen_on, "first seen {0}", "初回確認 {0}"},
    {Phrase::also_called, "Also called", "別名"},
    {Phrase::first_seen, "First seen", "初回確認"},
    {Phrase::picture, "Picture", "画像"},
    {Phrase::size, "{0} × {1}", "{0} × {1}"},
    {Phrase::size_of_animation, "{0} × {1}, {2} frames", "{0} × {1}、{2} コマ"},
    {Phrase::text_in_it, "Reads", "文字"},
    {Phrase::same_picture_as, "Same picture as", "同じ絵"},
    {Phrase::looks_like, "Looks like", "似た絵文字"},
    {Phrase::no_emoji, "This workspace has no custom emoji yet.",
     "このワークスペースにはまだカスタム絵文字がありません。"},
    {Phrase::no_emoji_yet,
     "I am still learning the emoji of this workspace. Try again in a minute.",
     "このワークスペースの絵文字を読み込んでいます。少し待ってからもう一度お試しください。"},
    {Phrase::query_too_long, "That is too long for a query: a word or a few are best.",
     "検索の言葉が長すぎます。一語か数語でお試しください。"},
    {Phrase::search_failed, "Sorry, the search failed. Please try again.",
     "検索に失敗しました。もう一度お試しください。"},
    {Phrase::emoji_gone, "That emoji is gone by now.", "その絵文字はもうありません。"},
    {Phrase::unknown_button, "Sorry, I do not know that button any more.",
     "このボタンはもう使えません。"},
    {Phrase::busy, "Too many are asking at this moment. Please try again in a minute.",
     "混み合っています。しばらくしてからもう一度お試しください。"},

    {Phrase::map_of, "The map of {0} emoji: what looks alike lies together.",
     "絵文字 {0} 個の地図です。似たものが近くに並びます。"},
    {Phrase::map_page_advice,
     "The page can be searched and zoomed: save it and open it in a browser.",
     "ページは検索や拡大ができます。保存してブラウザーで開いてください。"},
    {Phrase::map_title, "Map of all emoji", "全絵文字の地図"},
    {Phrase::map_page_title, "The map as a page", "地図のページ"},
    {Phrase::map_is_at, "The map of all emoji: {0}", "全絵文字の地図: {0}"},
    {Phrase::map_comes, "The map comes to you as a direct message.",
     "地図をダイレクトメッセージで送ります。"},
    {Phrase::map_is_drawn,
     "The map is being drawn. It comes to you as a direct message, in a minute or so.",
     "地図を描いています。1 分ほどでダイレクトメッセージで送ります。"},
    {Phrase::map_on_its_way, "Your map is on its way already.", "地図はもう準備中です。"},
    {Phrase::too_many_maps, "Too many people wait for a map just now. Try again later.",
     "いま地図を待っている人が多すぎます。あとでもう一度お試しください。"},
    {Phrase::nothing_to_map, "There are no emoji to draw a map of yet.",
     "地図に描く絵文字がまだありません。"},
    {Phrase::no_map, "There is no map of the emoji here.", "ここには絵文字の地図がありません。"},
    {Phrase::map_not_drawn, "Sorry, the map could not be drawn.", "地図を描けませんでした。"},
    {Phrase::map_not_sent, "Sorry, the map could not be sent.", "地図を送れませんでした。"},
    {Phrase::may_not_send_files,
     "Sorry, I may not send files here. Whoever looks after me: the scopes files:write and "
     "im:write are missing.",
     "ここではファイルを送れません。管理者の方へ: スコープ files:write と im:write がありません。"},

    {Phrase::picker_title, "Find an emoji", "絵文字を探す"},
    {Phrase::picker_insert, "Insert", "挿入"},
    {Phrase::picker_emoji, "Emoji", "絵文字"},
    {Phrase::picker_type, "Type a word, in any language", "言葉を入力（何語でも）"},
    {Phrase::picker_where, "Post to", "投稿先"},
    {Phrase::picker_advice,
     "What you choose is shown here; *Insert* posts it for everybody, in your name.",
     "選んだ絵文字がここに表示されます。 *挿入* で、あなたからとして投稿します。"},
    {Phrase::picker_best, "Best matches", "候補"},
    {Phrase::picker_perhaps, "Perhaps one of these", "近いかもしれない候補"},
    {Phrase::picker_standard, "Standard emoji", "標準の絵文字"},
    {Phrase::picker_not_opened,
     "Sorry, the picker could not be opened. Please try again: */emoji* with nothing behind it, or "
     "*/emoji help* for what else there is.",
     "絵文字を選ぶ画面を開けませんでした。もう一度 */emoji* だけを送るか、 */emoji help* "
     "でほかの使い方を見てください。"},

    {Phrase::react_title, "React with an emoji", "リアクションを選ぶ"},
    {Phrase::close, "Close", "閉じる"},
    {Phrase::react_looking, "Looking for emoji that suit this message…",
     "このメッセージに合う絵文字を探しています…"},
    {Phrase::react_for_words, "For its words", "言葉から"},
    {Phrase::react_for_picture, "For its picture", "画像から"},
    {Phrase::react_add, "React", "リアクション"},
    {Phrase::react_none, "No emoji suits this message.",
     "このメッセージに合う絵文字は見つかりませんでした。"},
    {Phrase::react_picture_unseen,
     "Its picture I cannot see: I am not in this conversation, or it is none that I know.",
     "画像は見られませんでした。この会話に参加していないか、対応していない画像です。"},
    {Phrase::react_added, "{0} was added.", "{0} を付けました。"},
    {Phrase::react_not_here,
     "I am not in this conversation, so I may not react here. Invite me with "
     "*/invite @Emojiscope* and try again.",
     "この会話に参加していないため、リアクションできません。 */invite @Emojiscope* "
     "で招待してから、もう一度お試しください。"},
    {Phrase::react_gone, "That message or that emoji is gone by now.",
     "そのメッセージか絵文字はもうありません。"},
    {Phrase::react_too_many, "Slack allows no more reactions to this message.",
     "このメッセージにはこれ以上リアクションできません。"},
    {Phrase::react_failed, "Sorry, {0} could not be added. Please try again.",
     "{0} を付けられませんでした。もう一度お試しください。"},
    {Phrase::react_not_opened, "Sorry, the suggestions could not be shown. Please try again.",
     "候補を表示できませんでした。もう一度お試しください。"},

    {Phrase::fit_as_it_is, "It is fit to be an emoji as it is.",
     "このまま絵文字として追加できます。"},
    {Phrase::fit_not_yet, "As an emoji it would be better otherwise: {0}.",
     "絵文字にするなら直したいところがあります: {0}。"},
    {Phrase::fit_too_heavy, "it has {0} KB, and Slack takes 128",
     "{0} KB あります（上限は 128 KB）"},
    {Phrase::fit_not_square, "{0} × {1} is not square", "{0} × {1} は正方形ではありません"},
    {Phrase::fit_too_large, "{0} × {1} is more than the 128 × 128 that Slack keeps",
     "{0} × {1} は Slack が使う 128 × 128 より大きいです"},
    {Phrase::fit_other_format, "Slack takes PNG, JPEG and GIF for emoji, and this is {0}",
     "絵文字にできるのは PNG、JPEG、GIF ですが、これは {0} です"},
    {Phrase::fit_file_comes, "A file that is ready to be added follows.",
     "そのまま追加できるファイルを送ります。"},
    {Phrase::fit_no_file, "I could not make a file of it that Slack would take.",
     "Slack に追加できるファイルを作れませんでした。"},
    {Phrase::fit_file_title, "Ready to be added as an emoji", "絵文字として追加できる画像"},
    {Phrase::free_names, "Free names for it: {0}", "使える名前の案: {0}"},

    {Phrase::home_emoji, "{0} custom emoji", "カスタム絵文字 {0} 個"},
    {Phrase::home_emoji_and_names, "{0} custom emoji, other names: {1}",
     "カスタム絵文字 {0} 個（別名 {1} 個）"},
    {Phrase::home_dupes_advice, "*/emoji dupes* lists them.", "*/emoji dupes* で一覧できます。"},
    {Phrase::home_similar, "Most alike without being the same",
     "同じではないが、よく似ている絵文字"},
    {Phrase::home_similar_among, "Most alike without being the same, among the newest {0}",
     "同じではないが、よく似ている絵文字（新しい {0} 個から）"},
    {Phrase::home_map, "*/emoji map* draws all of them, those that look alike together.",
     "*/emoji map* 似たものが近くに並ぶ地図を描きます。"},
    {Phrase::home_map_thumbnail, "A map of {0} emoji: those that look alike lie together",
     "絵文字 {0} 個の地図。似たものが近くに並んでいます"},
    {Phrase::home_open_map, "Open the map", "地図を開く"},
    {Phrase::home_settings, "Your settings", "あなたの設定"},
    {Phrase::home_results, "Emoji in an answer", "一度に表示する絵文字の数"},
    {Phrase::home_as_workspace, "As usual here ({0})", "標準（{0}）"},
    {Phrase::home_language, "Language of my answers", "回答の言語"},
    {Phrase::home_as_slack, "As in Slack", "Slack の設定と同じ"},

    {Phrase::upload_identical, "New emoji {0} is exactly the same picture as {1}.",
     "新しい絵文字 {0} は {1} とまったく同じ絵です。"},
    {Phrase::upload_altered, "New emoji {0} is an altered copy of {1}.",
     "新しい絵文字 {0} は {1} に手を加えたものです。"},
    {Phrase::upload_near, "New emoji {0} looks much like {1}.",
     "新しい絵文字 {0} は {1} によく似ています。"},
    {Phrase::upload_near_frame_of, "New emoji {0} looks much like a frame of {1}.",
     "新しい絵文字 {0} は {1} の 1 コマによく似ています。"},
    {Phrase::upload_near_has_frame, "New emoji {0} has a frame that looks much like {1}.",
     "新しい絵文字 {0} の 1 コマは {1} によく似ています。"},
    {Phrase::advice_on_duplicate,
     "If one picture is enough: delete {0} and add the name as an alias of {1}.",
     "一つで足りるなら、{0} を消して、その名前を {1} の別名にできます。"},
    {Phrase::advice_on_duplicates,
     "If one picture is enough: delete the newer one and add its name as an alias of the older.",
     "一つで足りるなら、新しいほうを消して、その名前を古いほうの別名にできます。"},
    {Phrase::not_a_duplicate, "Not a duplicate", "重複ではない"},
    {Phrase::mute_for, "Mute for {0}", "{0} をミュート"},
    {Phrase::mute_title, "Mute this emoji?", "この絵文字をミュートしますか？"},
    {Phrase::mute_text, "No more alerts about copies of {0}.",
     "{0} と同じ絵が追加されても知らせません。"},
    {Phrase::mute, "Mute", "ミュートする"},
    {Phrase::cancel, "Cancel", "キャンセル"},
    {Phrase::not_duplicates_now, "no duplicates. I shall not mention these two again.",
     "重複ではありません。この二つについてはもう知らせません。"},
    {Phrase::muted_now, "no more alerts about copies of {0}.",
     "{0} と同じ絵についてはもう知らせません。"},
    {Phrase::somebody_said, "{0} said: {1}", "{0}: {1}"},
    {Phrase::these_gone, "These emoji are gone by now.", "これらの絵文字はもうありません。"},
    {Phrase::uploads_repeat, "{0} of the emoji just uploaded were there already.",
     "いま追加された絵文字のうち {0} 件はすでにありました。"},
    {Phrase::uploads_repeat_or_near,
     "{0} of the emoji just uploaded repeat others, or look much like them.",
     "いま追加された絵文字のうち {0} 件は、ほかの絵文字と同じか、よく似ています。"},
    {Phrase::more_in_dupes, "… and {0} more: */emoji dupes* shows them all.",
     "… ほか {0} 件。 */emoji dupes* ですべて見られます。"},
    {Phrase::no_duplicates, "No two emoji of this workspace show the same picture.",
     "このワークスペースに重複した絵文字はありません。"},
    {Phrase::one_group, "*1 picture is there more than once*", "*1 種類の絵が重複しています*"},
    {Phrase::groups, "*{0} pictures are there more than once*", "*{0} 種類の絵が重複しています*"},
    {Phrase::page_of, "(page {0} of {1})", "（{0} / {1} ページ）"},
    {Phrase::previous, "Previous", "前へ"},
    {Phrase::next, "Next", "次へ"},
    {Phrase::group_identical, "the very same picture", "まったく同じ絵"},
    {Phrase::group_altered, "the same picture, altered", "手を加えた同じ絵"},
    {Phrase::picker_too_late,
     "The emoji that you chose could not be posted: a picker is good for 30 minutes. Please open "
     "it again.",
     "選んだ絵文字を投稿できませんでした。選択画面は 30 "
     "分間だけ使えます。もう一度開いてください。"},
    {Phrase::react_not_in_direct, "I cannot add reactions in a direct message between others.",
     "ほかの方どうしのダイレクトメッセージにはリアクションを付けられません。"},
    {Phrase::react_needs_scope,
     "I may not add reactions yet: whoever installed me has to grant `reactions:write`.",
     "リアクションを付ける権限がありません。アプリの管理者に `reactions:write` "
     "の追加を依頼してください。"},
    {Phrase::react_picture_too_large, "A picture of it is too large for me to look at.",
     "大きすぎて見られない画像がありました。"},
    {Phrase::fit_too_many_frames, "it has {0} frames, and Slack takes {1}",
     "{0} コマありますが、Slack では {1} コマまでです"},
    {Phrase::fit_not_sent,
     "I made a file that Slack would take, but could not send it (have I been granted "
     "`files:write`?).",
     "追加できる画像は作れましたが、送れませんでした（`files:write` の権限をご確認ください）。"},
    {Phrase::too_fast, "That is a lot at once. Please try again in {0} s.",
     "一度にたくさん届きました。{0} 秒後にもう一度お試しください。"},
    {Phrase::admins_only,
     "Only admins of this workspace may do that, and whom my configuration names.",
     "この操作ができるのは、ワークスペースの管理者と、設定で指定された人だけです。"},
    {Phrase::askers_only,
     "This answer is for everybody here: only who asked for it, or an admin, may dismiss it.",
     "この回答はここにいる全員に見えています。閉じることができるのは、質問した人と管理者だけです"
     "。"},
    {Phrase::rights_unknown,
     "Slack does not tell me just now whether you are an admin here, so nothing was changed. "
     "Please "
     "try again in a minute.",
     "あなたがこのワークスペースの管理者かどうかを Slack "
     "に確認できなかったため、何も変更していません"
     "。しばらくしてからもう一度お試しください。"},
    {Phrase::resync_begun,
     "I am comparing what I know ({0} emoji) with the list that Slack has. You are told when it is "
     "done.",
     "Slack の一覧との照合を始めました（登録済みの絵文字 {0} 個）。終わったらお知らせします。"},
    {Phrase::resync_done,
     "Compared with Slack's list. Names in it: {0}; pictures learnt: {1}; removed: {2}; could not "
     "be learnt: {3}.",
     "Slack の一覧と照合しました。名前 {0} 件、新しく読み込んだ画像 {1} 件、削除 {2} "
     "件、読み込めなかった画像 {3} 件です。"},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].phrase) != i || table[i].english.empty() ||
            table[i].japanese.empty()) {
            return false;
        }
    }
    return true;
}
static_assert(in_order(), "the table and the enumeration differ");

}  // namespace

Language language_of(std::string_view locale) noexcept {
    return locale.substr(0, locale.find_first_of("-_")) == "ja" ? Language::japanese
                                                                : Language::english;
}

std::optional<Language> parse_language(std::string_view code) noexcept {
    if (code == "en") {
        return Language::english;
    }
    return code == "ja" ? std::optional(Language::japanese) : std::nullopt;
}

std::string_view code_of(Language language) noexcept {
    return language == Language::japanese ? "ja" : "en";
}

std::string_view raw_phrase(Language language, Phrase phrase) noexcept {
    const Entry& entry = table[static_cast<std::size_t>(phrase)];
    return language == Language::japanese ? entry.japanese : entry.english;
}

std::string say(Language language, Phrase phrase, std::initializer_list<std::string_view> inserts) {
    const std::string_view text = raw_phrase(language, phrase);
    std::string said;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool place = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}';
        if (!place) {
            said += text[i];
            continue;
        }
        const auto number = static_cast<std::size_t>(text[i + 1] - '0');
        assert(number < inserts.size());
        said += inserts.begin()[number];
        i += 2;
    }
    return said;
}

}  // namespace emojiscope::bot
