namespace Histories.Linearizability;

/// <summary>Keeps the order that left the fewest certain calls unplaced, copying only what changed since the last one.</summary>
internal sealed class LongestPrefix
{
    private readonly List<int> _calls = [];
    private int _common;
    private int _left = int.MaxValue;

    public IReadOnlyList<int> Calls => _calls;

    public void OnUnplaced(int placed) => _common = Math.Min(_common, placed);

    public void Offer(List<int> placed, int certainLeft)
    {
        if (certainLeft >= _left)
        {
            return;
        }

        _left = certainLeft;
        _calls.RemoveRange(_common, _calls.Count - _common);
        _calls.AddRange(placed[_common..]);
        _common = _calls.Count;
    }
}
